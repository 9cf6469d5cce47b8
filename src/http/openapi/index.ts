import fp from 'fastify-plugin';
export const openapi = fp(async () => undefined);
