import { v7 } from 'uuid';

/** A new id: UUID version 7 (RFC 9562), so that ids sort by the time they were made. */
export const newId = (): string => v7();

/** A UUID of any version, in lower case, as PostgreSQL writes it. */
export const ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const ID = new RegExp(ID_PATTERN);

export const isId = (text: string): boolean => ID.test(text);
