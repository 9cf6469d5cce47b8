import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { sql } from 'kysely';
import { atomically, type Db, type Params, prepared, type Tx } from '../platform/database/index.ts';
import { isId, newId } from '../platform/ids.ts';
import { addHook, type Operation, operationOf } from './operations.ts';
import {
  CrossSiteRequest,
  Forbidden,
  InsufficientScope,
  InternalError,
  InvalidToken,
  type ProblemKind,
  RecentSignInRequired,
} from './problems.ts';
import { type Origin, originOf } from './requests.ts';

/**
 * The audit log: who changed or tried what. An operation declares `audit` with the kind of thing it is about, and runs
 * its effect through {@link Audit.around}, which writes the entry in the transaction of the effect, or through
 * {@link Audit.inOne}, where both are one statement: there is never one without the other. What such an operation
 * refuses, and every 401 and 403 of an operation that is not public, is written by itself; malformed requests, used up
 * limits, an overloaded service and requests of nobody in particular are not.
 */

/** The kinds of things that entries are about. */
export const AUDIT_TARGETS = ['api_key', 'comment', 'session', 'tag', 'user'] as const;
export type AuditTarget = (typeof AUDIT_TARGETS)[number];

export const AUDIT_OUTCOMES = ['success', 'refused', 'failed'] as const;
type Outcome = (typeof AUDIT_OUTCOMES)[number];

/** One field that has changed. Of one whose values are not kept both are null. */
export interface AuditChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** An entry as it is stored. */
export interface AuditEntryRow {
  id: string;
  actor_id: string | null;
  /** The session in which it was done. */
  session_id: string | null;
  /** The API key by which it was done. */
  api_key_id: string | null;
  action: string;
  outcome: Outcome;
  problem_code: string | null;
  target_type: string | null;
  target_id: string | null;
  changes: string | null;
  ip: string;
  user_agent: string | null;
  request_id: string;
}

const ENTRY_COLUMNS = [
  'id',
  'actor_id',
  'session_id',
  'api_key_id',
  'action',
  'outcome',
  'problem_code',
  'target_type',
  'target_id',
  'changes',
  'ip',
  'user_agent',
  'request_id',
] as const satisfies readonly (keyof AuditEntryRow)[];

/**
 * The end of a statement that writes an entry, of which each part is given when it is run.
 *
 * @param effect the name of the part of the statement (CTE) that gives a row where there is something to tell
 */
export const intoAuditLog = (db: Pick<Db, 'insertInto'>, param: Params<AuditEntryRow>, effect?: string) =>
  db
    .insertInto('audit_log')
    .columns(ENTRY_COLUMNS)
    .expression(
      sql`select ${sql.join(ENTRY_COLUMNS.map((name) => param(name)))} ${effect === undefined ? sql`` : sql`from ${sql.table(effect)}`}`,
    )
    .returning('id');

const insertEntry = prepared((db, param: Params<AuditEntryRow>) => intoAuditLog(db, param));

/** What an entry of one request is going to say. Services fill in what only they know. */
export class Audit {
  readonly #request: FastifyRequest;
  readonly #type: AuditTarget | null;
  readonly #operationId: string;
  /** Where the request comes from. */
  readonly origin: Origin;
  #isWritten = false;
  #isLater = false;
  #isNothing = false;
  #refusal: ProblemKind | undefined;
  /** What was done: the operationId, or something more particular such as `session.reuse_detected`. */
  action: string;
  /** Which account did it; null where nobody is known. */
  actor: string | null;
  /** The id of what it was done to. By default the one in the path. */
  target: string | null;
  changes: readonly AuditChange[] = [];

  constructor(request: FastifyRequest, operation: Operation) {
    this.#request = request;
    this.#type = operation.config.audit ?? null;
    this.#operationId = operation.id;
    this.origin = originOf(request); // now: a connection that has been closed may have no address any more
    this.action = operation.id;
    this.actor = request.principal?.account.id ?? request.credential?.accountId ?? null;
    const named = Object(request.params)[`${this.#type}_id`];
    this.target = typeof named === 'string' && isId(named) ? named : null;
  }

  /**
   * Runs an effect in a transaction, the one `db` is or a new one, and writes the entry at its end, unless the effect said
   * that it did {@link nothing}.
   */
  async around<T>(db: Db, effect: (tx: Tx) => Promise<T>): Promise<T> {
    this.#needsDeclaration();
    const result = await atomically(db, async (tx) => {
      // Anew at each attempt, since a transaction that lost to another is run again.
      this.action = this.#operationId;
      this.changes = [];
      this.#refusal = undefined;
      this.#isNothing = false;
      const made = await effect(tx);
      if (!this.#isNothing) await this.#write(tx, this.#refusal ? 'refused' : 'success', this.#refusal);
      return made;
    });
    this.#isWritten = true;
    return result;
  }

  /**
   * Runs an effect that is one statement and writes the entry of its success in that statement, by {@link intoAuditLog}:
   * that needs no transaction. Gives whether there was an effect, and with it an entry.
   */
  async inOne(effect: (entry: AuditEntryRow) => Promise<readonly object[]>): Promise<boolean> {
    this.#needsDeclaration();
    this.#isWritten = (await effect(this.#entry('success', undefined))).length > 0;
    return this.#isWritten;
  }

  /** Says, within the effect, that the request is going to be refused although the effect has to stay. */
  refuse(problem: ProblemKind): void {
    this.#refusal = problem;
  }

  /** Says that the effect comes after the answer, or never, which owes no entry then. */
  later(): void {
    this.#isLater = true;
  }

  /** Says, within the effect, that nothing was done and nothing is to be told. */
  nothing(): void {
    this.#isNothing = true;
  }

  /** Whether the effect left the entry of its success, or of the problem that is answered, or comes later. */
  hasEntryOf(problem: ProblemKind | null): boolean {
    if (this.#isNothing || (this.#isLater && problem === null)) return true;
    return this.#isWritten && this.#refusal?.code === problem?.code;
  }

  /** Writes that the request was refused, or failed: by itself, since nothing else of it stays. */
  async writeProblem(problem: ProblemKind): Promise<void> {
    this.changes = [];
    await this.#write(this.#request.server.db, problem.status < 500 ? 'refused' : 'failed', problem);
  }

  #needsDeclaration(): void {
    if (!this.#type) throw new Error(`${this.action} does not declare that it is audited`);
  }

  async #write(db: Db, outcome: Outcome, problem: ProblemKind | undefined): Promise<void> {
    await insertEntry(db, this.#entry(outcome, problem));
  }

  #entry(outcome: Outcome, problem: ProblemKind | undefined): AuditEntryRow {
    return {
      id: newId(),
      actor_id: this.actor,
      session_id: this.#request.principal?.sessionId ?? null,
      api_key_id: this.#request.principal?.apiKey?.id ?? null,
      action: this.action,
      outcome,
      problem_code: problem?.code ?? null,
      target_type: this.#type,
      target_id: this.target,
      changes: this.changes.length > 0 ? JSON.stringify(this.changes) : null,
      ...this.origin,
      request_id: this.#request.id,
    };
  }
}

/** What the audit log is going to say of a request to an operation. */
export function auditOf(request: FastifyRequest): Audit {
  const operation = operationOf(request);
  if (!operation) throw new Error('there is no operation to write down');
  request.audit ??= new Audit(request, operation);
  return request.audit;
}

/**
 * What differs between two states of a thing, field by field. Only of the fields in `told` the values are kept; what is
 * secret, personal or long stands in `named`.
 *
 * @param before null for what has just been made: then only what is told
 */
export function changesBetween<F extends string>(
  before: Partial<Record<F, unknown>> | null,
  after: Partial<Record<F, unknown>>,
  fields: { told: readonly F[]; named?: readonly F[] },
): AuditChange[] {
  const differs = (field: F) => (before?.[field] ?? null) !== (after[field] ?? null);
  const told = fields.told.filter(differs).map((field) => ({
    field,
    before: textOf(before?.[field]),
    after: textOf(after[field]),
  }));
  const named = before === null ? [] : (fields.named ?? []);
  return [...told, ...named.filter(differs).map(withoutValues)];
}

/** That a field has changed, and not from what to what. */
export const withoutValues = (field: string): AuditChange => ({ field, before: null, after: null });

const textOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value);

declare module 'fastify' {
  interface FastifyRequest {
    audit: Audit | null;
  }
}

/** What is written down wherever somebody has to be known. */
const REFUSALS = [InvalidToken, InsufficientScope, RecentSignInRequired, Forbidden];

/** What of them, and of an operation's own problems, is said before it is known who asks. */
const OF_NOBODY = new Set([InvalidToken, CrossSiteRequest].map(({ code }) => code));

/**
 * Whether a request was refused for want of anybody who makes it. Such entries would tell nothing, and anyone could fill a
 * log with them that nobody can empty.
 */
const isOfNobody = ({ code }: ProblemKind, request: FastifyRequest): boolean =>
  OF_NOBODY.has(code) && auditOf(request).actor === null;

/** To be registered after whatever may refuse a request. */
export const auditing = fp(async (app) => {
  app.decorateRequest('audit', null);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation) return;
    const { access, audit, problems = [] } = operation.config;
    if (access === 'public' && !audit) return;
    const own = audit ? [...problems, InternalError] : [];
    const codes = new Set([...REFUSALS, ...own].map(({ code }) => code));
    addHook(route, 'onSend', (request, reply, payload, done) => {
      const { problem } = reply;
      const isDone = request.audit?.hasEntryOf(problem) ?? false;
      if (isDone || (problem && !codes.has(problem.code))) return done(null, payload);
      if (problem && isOfNobody(problem, request)) return done(null, payload);
      if (problem) {
        const written = auditOf(request).writeProblem(problem);
        const log = (error: unknown) => request.log.error({ err: error }, 'the audit log was not written');
        return void written.catch(log).then(() => done(null, payload));
      }
      if (audit === undefined || request.replayed) done(null, payload);
      else done(new Error(`${operation.id} left no entry in the audit log`));
    });
  });
});
