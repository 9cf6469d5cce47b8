/** How long the head of a request may take, in milliseconds. A connection on which nothing arrives counts too. */
const HEAD = 10_000;

/**
 * The time limits of the HTTP server, as Fastify takes them; milliseconds. Node looks for heads and requests that are late
 * only at intervals (30 s by default), so a late one lives for up to one interval longer: a tenth of a head's time.
 */
export const timeouts = (head: number = HEAD) => ({
  connectionTimeout: 60_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 75_000,
  http: { headersTimeout: head, connectionsCheckingInterval: head / 10 },
});
