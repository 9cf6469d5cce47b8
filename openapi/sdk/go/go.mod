module imprint.example/sdk/imprint

go 1.18
