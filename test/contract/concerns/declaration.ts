import type { TSchema } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationConfig } from '../../../src/http/contract/operations.ts';

/** How a shared concern is described for `concerns.test.ts`. */

/** What an operation declares, beyond its name. */
export interface Declaration {
  method: 'GET' | 'POST';
  config: OperationConfig;
  query?: TSchema;
  responses: Record<number, TSchema>;
  handler: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** A request to an operation. */
export interface Call {
  query?: string;
  headers?: Record<string, string>;
  as?: 'user' | 'moderator' | 'forged' | 'browser' | 'key' | 'early';
  raw?: string;
  /** Every lock is held by somebody else. */
  locked?: boolean;
}

export interface Concern {
  name: string;
  /** What the operation is without the declaration, where that is not {@link PLAIN}. */
  before?: Partial<Declaration>;
  declares: Partial<Declaration>;
  calls: Call[];
  /** What its answers show and the document says. */
  facts: string[];
  /** What only an answer can show, or the audit log. */
  shows?: string[];
  /** What only the document can say. */
  says?: string[];
}
