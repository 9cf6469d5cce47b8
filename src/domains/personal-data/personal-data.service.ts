import type { TSchema } from '@sinclair/typebox';
import { ref } from '../../http/contract/schema.ts';
import type { AccountActor } from '../../platform/actor.ts';
import type { Audit } from '../../platform/audit/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import { type AccountContext, eraseUser, toUser, User } from '../users/index.ts';
import { SECTIONS } from './personal-data.sections.ts';

/** Makes a function that serializes values of a schema as JSON, without the properties that the schema does not name. */
export type WriterOf = (schema: TSchema) => (value: unknown) => string;

const ACCOUNT = ref(User);
const LISTS = SECTIONS.map((section) => ({ ...section, schema: ref(section.item) }));

/**
 * All that is stored about a person as JSON, piece by piece. Each piece is read when it is needed, and not all in one
 * transaction, which a slow reader would keep open: what changes meanwhile is exported as it was before or as it is then.
 */
export async function* writePersonalData(
  db: Db,
  actor: AccountActor,
  writerOf: WriterOf,
): AsyncGenerator<string, void> {
  const exportedAt = JSON.stringify(new Date().toISOString());
  let piece = `{"exported_at":${exportedAt},"account":${writerOf(ACCOUNT)(toUser(actor.account))}`;
  for (const { name, schema, batches } of LISTS) {
    const write = writerOf(schema);
    let separator = '';
    piece += `,${JSON.stringify(name)}:[`;
    for await (const batch of batches(db, actor)) {
      for (const item of batch) {
        piece += separator + write(item);
        separator = ',';
      }
      yield piece;
      piece = '';
    }
    piece = ']';
  }
  yield `${piece}}`;
}

/** Writes the audit entry of an export: whoever has got hold of a token could request one. */
export async function recordExport(db: Db, actor: AccountActor, audit: Audit): Promise<void> {
  audit.target = actor.account.id;
  await audit.around(db, async () => undefined);
}

/** Erases the account of the actor and all personal data in every section, as a whole or not at all. */
export async function eraseAccount(
  context: AccountContext,
  actor: AccountActor,
  audit: Audit,
): Promise<void> {
  const eraseSections = async (tx: Tx) => {
    for (const { erase } of SECTIONS) await erase(tx, actor.account);
  };
  await eraseUser(context, actor, eraseSections, audit);
}
