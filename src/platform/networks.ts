import { normalizeIP } from '@fastify/rate-limit';

/** What counts as one address: of IPv6 the /64 network, since that is what one customer gets. */
export const networkOf = (ip: string): string => normalizeIP(ip, 64);
