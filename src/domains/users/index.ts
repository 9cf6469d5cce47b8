/**
 * Accounts. Whatever writes here takes an `audit`, and writes its entry or is a part of an effect that has one; but for
 * `rehashPassword`, which changes nothing that anybody could see.
 */
export type { AccountAccess, AccountContext } from './users.context.ts';
export { acceptAccount, createAccount, type NewAccount, normaliseEmail } from './users.creation.service.ts';
export { notifyOwner } from './users.mails.ts';
export { PUBLIC_USER_COLUMNS, toPublicUser, toUser } from './users.mapper.ts';
export { acceptPassword, rehashPassword, setPassword } from './users.passwords.service.ts';
export { EmailTaken, LastAdmin, UserNotFound, UsernameTaken, WeakPassword } from './users.problems.ts';
export { type Promotion, promoteToAdmin } from './users.promotion.service.ts';
export { ACCOUNT_COLUMNS, findByEmail, findPublicUser, lockIfPasswordIs, lockUser } from './users.queries.ts';
export { usersRoutes } from './users.routes.ts';
export { fields as userFields, Locale, newPassword, PublicUser, User } from './users.schemas.ts';
export { eraseUser, updateUser, verifyUser } from './users.service.ts';
