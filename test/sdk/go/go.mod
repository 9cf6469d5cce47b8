module walk

go 1.18

require imprint.example/sdk/imprint v0.0.0

replace imprint.example/sdk/imprint => ../../../openapi/sdk/go
