/**
 * The room `access`: who makes a request and what they may call: credentials, roles and scopes, recent sign-in, origins
 * (CORS), the actor that services take.
 *
 * What may come in: what decides by the caller whether a request is let through. Imports: `contract`, `platform`.
 */
