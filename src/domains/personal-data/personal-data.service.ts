import type { TSchema } from '@sinclair/typebox';
import { ref } from '../../http/contract/schema.ts';
import type { AccountActor } from '../../platform/actor.ts';
import type { Audit } from '../../platform/audit/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { toUser, User } from '../users/index.ts';
import { SECTIONS } from './personal-data.sections.ts';

/** Gives what writes values of a schema as JSON, and leaves out what it does not name. */
export type WriterOf = (schema: TSchema) => (value: unknown) => string;

const ACCOUNT = ref(User);
const LISTS = SECTIONS.map((section) => ({ ...section, schema: ref(section.item) }));

/**
 * All that is stored about a person as JSON, piece by piece: each is read when it is asked for, by itself and not in one
 * transaction, which a slow reader would keep open. What changes meanwhile is told as it was before or as it is then.
 */
export async function* writePersonalData(
  db: Db,
  person: AccountActor,
  writerOf: WriterOf,
): AsyncGenerator<string, void> {
  const exportedAt = JSON.stringify(new Date().toISOString());
  let piece = `{"exported_at":${exportedAt},"account":${writerOf(ACCOUNT)(toUser(person.account))}`;
  for (const { name, schema, batches } of LISTS) {
    const write = writerOf(schema);
    let separator = '';
    piece += `,${JSON.stringify(name)}:[`;
    for await (const batch of batches(db, person)) {
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

/** Writes down that somebody was handed what is stored about them: whoever has their token could ask for it. */
export async function noteExport(db: Db, person: AccountActor, audit: Audit): Promise<void> {
  audit.target = person.account.id;
  await audit.around(db, async () => undefined);
}
