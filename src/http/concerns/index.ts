/**
 * The room `concerns`: what operations share by declaring it in their `config`: limits, idempotency, conditional
 * requests, caching, pagination, deprecation, language, audit.
 *
 * What may come in: a plugin that reads a key of `config`, enforces it, and adds to the operation's `contribution` what
 * it can cause. A concern is one file: its keys of `OperationConfig`, its headers, its hook. It needs a line in `app.ts`,
 * at the place where a request is to meet it, and an entry in `test/contract/concerns/table.ts`. Concerns do not import
 * each other. Imports: `wire`, `access`, `contract`, `platform`.
 */
