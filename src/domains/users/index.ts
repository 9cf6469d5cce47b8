export { notifyOwner, type Service } from './users.mails.ts';
export { PUBLIC_USER_COLUMNS, toPublicUser, toUser } from './users.mapper.ts';
export { EmailTaken, LastAdmin, UserNotFound, UsernameTaken, WeakPassword } from './users.problems.ts';
export { type Promotion, promoteToAdmin } from './users.promotion.service.ts';
export {
  ACCOUNT_COLUMNS,
  endAccess,
  endSessions,
  findByEmail,
  findPublicUser,
  lockUser,
  lockWithPassword,
  replaceHash,
  updateUser as updateAccount,
} from './users.queries.ts';
export { usersRoutes } from './users.routes.ts';
export { fields as userFields, Locale, newPassword, PublicUser, User } from './users.schemas.ts';
export {
  acceptAccount,
  acceptPassword,
  createAccount,
  eraseUser,
  type NewAccount,
  normaliseEmail,
  updateUser,
} from './users.service.ts';
