import type { Actor } from '../actor.ts';
import { atomically, type Db, type Tx } from '../database/index.ts';
import { newId } from '../ids.ts';
import { insertEntry } from './audit.queries.ts';
import type { AuditEntryRow, AuditTarget, Outcome } from './entry.ts';

export { eraseChangesOf, intoAuditLog } from './audit.queries.ts';
export { AUDIT_OUTCOMES, AUDIT_TARGETS, type AuditEntryRow, type AuditTarget } from './entry.ts';

/**
 * The audit log: who did or tried what. A service runs its effect through {@link Audit.around}, which writes the entry in
 * the transaction of the effect, or through {@link Audit.inStatement}, where both are one statement: there is never one
 * without the other.
 */

/** One field that has changed. Both values are null where they are not stored. */
export interface AuditChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** The problem that was answered in place of the effect. */
export interface Refusal {
  code: string;
  status: number;
}

/** What an entry is about. */
export interface AuditSubject {
  /** What is done: see {@link Audit.action}. */
  action: string;
  /** The kind of thing that it is done to; null for an operation of which only refusals are audited. */
  type: AuditTarget | null;
  target?: string | null;
}

/** An entry about one action of an actor. Services set what only they know. */
export class Audit {
  readonly #type: AuditTarget | null;
  readonly #defaultAction: string;
  readonly actor: Actor;
  #isWritten = false;
  #isDeferred = false;
  #hasNoEffect = false;
  /** What is changed is the actor’s own, and a success needs no entry. */
  #isOwn = false;
  #refusal: Refusal | undefined;
  /** What was known before the effect began: what it has set counts only if it is committed. */
  #before: Pick<Audit, 'action' | 'actorId' | 'target'> | undefined;
  /** What was done: the operationId, the name of a command, or something more particular such as `session.reuse_detected`. */
  action: string;
  /** Which account did it; null where nobody is known. By default the one of the actor. */
  actorId: string | null;
  /** The id of what it was done to. */
  target: string | null;
  changes: readonly AuditChange[] = [];

  constructor(actor: Actor, about: AuditSubject) {
    this.actor = actor;
    this.#type = about.type;
    this.#defaultAction = about.action;
    this.action = about.action;
    this.actorId = actor.accountId;
    this.target = about.target ?? null;
  }

  /**
   * Runs an effect in a transaction, the one `db` is or a new one, and writes the entry at its end, unless the effect called
   * {@link skip}.
   */
  async around<T>(db: Db, effect: (tx: Tx) => Promise<T>): Promise<T> {
    this.#needsDeclaration();
    this.#before ??= { action: this.#defaultAction, actorId: this.actorId, target: this.target };
    const result = await atomically(db, async (tx) => {
      // Anew at each attempt, since a transaction that lost to another is run again.
      this.#forgetEffect();
      this.#refusal = undefined;
      this.#hasNoEffect = false;
      this.#isOwn = false;
      const made = await effect(tx);
      if (!this.#hasNoEffect && !this.#isOwn)
        await this.#write(tx, this.#refusal ? 'refused' : 'success', this.#refusal);
      return made;
    });
    this.#isWritten = true;
    return result;
  }

  /**
   * Runs an effect that is one statement and writes the entry of its success in that statement, by {@link intoAuditLog}:
   * that needs no transaction. Gives whether there was an effect, and with it an entry.
   */
  async inStatement(effect: (entry: AuditEntryRow) => Promise<readonly object[]>): Promise<boolean> {
    this.#needsDeclaration();
    this.#isWritten = (await effect(this.#entry('success', undefined))).length > 0;
    return this.#isWritten;
  }

  /** Says, within the effect, that the request will be refused although the effect is committed. */
  refuse(problem: Refusal): void {
    this.#refusal = problem;
  }

  /** Says that the effect comes after the answer, or not at all: the request itself needs no entry then. */
  defer(): void {
    this.#isDeferred = true;
  }

  /** Says, within the effect, that there was none and no entry is to be written. */
  skip(): void {
    this.#hasNoEffect = true;
  }

  /**
   * Says, within the effect, what it is done to and whose that is. What somebody does to their own is not audited, where an
   * operation declares so.
   */
  of(target: { id: string; author_id: string }): void {
    this.target = target.id;
    this.#isOwn = target.author_id === this.actor.accountId;
  }

  /** Whether the entry for this outcome has been written, or is not owed. @param problem that is answered, if any */
  hasEntryOf(problem: Refusal | null): boolean {
    if (this.#hasNoEffect || (problem === null && (this.#isDeferred || this.#isOwn))) return true;
    return this.#isWritten && this.#refusal?.code === problem?.code;
  }

  /** Writes that the action was refused or failed. By itself, since the transaction of the effect was rolled back. */
  async writeProblem(db: Db, problem: Refusal): Promise<void> {
    this.#forgetEffect();
    await this.#write(db, problem.status < 500 ? 'refused' : 'failed', problem);
  }

  #forgetEffect(): void {
    this.changes = [];
    if (this.#before) Object.assign(this, this.#before);
  }

  #needsDeclaration(): void {
    if (!this.#type) throw new Error(`${this.action} does not declare that it is audited`);
  }

  async #write(db: Db, outcome: Outcome, problem: Refusal | undefined): Promise<void> {
    await insertEntry(db, this.#entry(outcome, problem));
  }

  #entry(outcome: Outcome, problem: Refusal | undefined): AuditEntryRow {
    return {
      id: newId(),
      actor_id: this.actorId,
      session_id: this.actor.sessionId,
      api_key_id: this.actor.apiKey?.id ?? null,
      action: this.action,
      outcome,
      problem_code: problem?.code ?? null,
      target_type: this.#type,
      target_id: this.target,
      changes: this.changes.length > 0 ? JSON.stringify(this.changes) : null,
      origin: this.actor.origin,
      ...this.actor.client,
      request_id: this.actor.requestId,
    };
  }
}

/**
 * The fields in which two states of a thing differ.
 *
 * @param before null for what has just been created: then only `fields.values` are looked at
 * @param fields.values those whose values are stored
 * @param fields.names those of which only the name is stored: they are secret, personal or long
 */
export function changesBetween<F extends string>(
  before: Partial<Record<F, unknown>> | null,
  after: Partial<Record<F, unknown>>,
  fields: { values: readonly F[]; names?: readonly F[] },
): AuditChange[] {
  const differs = (field: F) => (before?.[field] ?? null) !== (after[field] ?? null);
  const withValues = fields.values.filter(differs).map((field) => ({
    field,
    before: textOf(before?.[field]),
    after: textOf(after[field]),
  }));
  const names = before === null ? [] : (fields.names ?? []);
  return [...withValues, ...names.filter(differs).map(changeOf)];
}

/** A change of a field whose values are not stored. */
export const changeOf = (field: string): AuditChange => ({ field, before: null, after: null });

const textOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value);
