import { sql } from 'kysely';
import { isAdmin, type Principal } from './actor.ts';
import type { Params } from './database/index.ts';

/**
 * Who may read and change what accounts write, as SQL conditions: the only definition of it in statements. The functions of
 * the database that keep the numbers of posts of tags follow it.
 */

/** The parameters of the conditions. */
export interface Viewer {
  /** The id of the account; null where nobody is signed in. */
  viewer: string | null;
  admin: boolean;
}

export const viewerOf = (principal: Principal | null): Viewer => ({
  viewer: principal?.account.id ?? null,
  admin: isAdmin(principal),
});

/**
 * A post that everyone may read. Whether its publishing time has come is decided at each read, so no job has to publish it.
 *
 * @param posts the alias of the table `posts` in the statement
 */
export const isPublished = (posts: string) =>
  sql<boolean>`(${sql.ref(`${posts}.status`)} = 'published' and ${sql.ref(`${posts}.published_at`)} <= now())`;

/**
 * What its author and admins may read and change.
 *
 * @param author the column with the id of the author
 */
export const isOwnOrAdmin = (author: string, param: Params<Viewer>) =>
  sql<boolean>`(${sql.ref(author)} = ${param('viewer')}::uuid or ${param('admin')}::boolean)`;

/** A post that the viewer may read: a published or own one, or any for an admin. */
export const isReadable = (posts: string, param: Params<Viewer>) =>
  sql<boolean>`(${isPublished(posts)} or ${isOwnOrAdmin(`${posts}.author_id`, param)})`;
