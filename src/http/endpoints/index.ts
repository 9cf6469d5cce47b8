/**
 * The room `endpoints`: what the service answers beside its domains, outside `/api`: health, keys, the contract and its
 * pages.
 *
 * What may come in: routes that belong to no domain. Imports: every other room, `platform`.
 */
