/**
 * The room `wire`: HTTP itself, the same for every operation: request ids, the headers of every response, reading of
 * bodies, errors as problems, the log line of a request, streamed responses.
 *
 * What may come in: what no operation declares. Imports: `access`, `contract`, `platform`.
 */
