# Generated from openapi.json by scripts/sdk/others.ts. Do not edit.

VERSION = "1.1.0"
