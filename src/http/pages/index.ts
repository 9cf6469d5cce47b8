import fp from 'fastify-plugin';
export const pages = fp(async () => undefined);
