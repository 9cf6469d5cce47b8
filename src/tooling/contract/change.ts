/** What a change means to callers, the worst first. */
export const KINDS = ['breaking', 'additive', 'documentation'] as const;
export type Kind = (typeof KINDS)[number];

export interface Change {
  kind: Kind;
  /** A JSON pointer to what has changed, as it is reached from its operation. */
  at: string;
  /** In words (Markdown). For documentation only what was reworded. */
  text: string;
  /** Where an operation is gone that callers were not told of in time. */
  tooSoon?: boolean;
}
