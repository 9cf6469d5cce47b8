export {
  type AnswerInfo,
  type ApiPromise,
  answerOf,
  type FullAnswer,
  type Page,
  type PagePromise,
} from './answers.ts';
export type { CallOptions, ChangeOptions, KeyedOptions, KnownOptions } from './call.ts';
export { Imprint, type ImprintOptions } from './client.ts';
export {
  ImprintConnectionError,
  ImprintError,
  ImprintTimeoutError,
  ProblemError,
  UnexpectedAnswerError,
} from './errors.ts';
export * from './generated/operations.schemas.ts';
export * from './generated/problems.ts';
export type * from './generated/resources.ts';
export type { Tokens } from './tokens.ts';
