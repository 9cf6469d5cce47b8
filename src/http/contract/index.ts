/**
 * The room `contract`: how an operation declares what it takes and answers, and the machinery that holds it to that:
 * schemas, problems, headers, validation, serialization, the list of operations, declared responses.
 *
 * What may come in: what knows operations as such and no concern in particular. Imports: `platform`.
 * A concern adds its keys to `OperationConfig` by declaration merging, beside its own hook.
 */
