// The changelog of the contract as text: a section for each release, and the newest one for what is not released yet.
import { type Change, KINDS, type Kind } from './change.ts';

const HEAD = `# Changes of the contract

Written by \`npm run generate\` and \`npm run contract:release\` from what differs between two versions of \`openapi.json\`.
`;
const UNRELEASED = '## Unreleased';
const TITLES: Record<Kind, string> = {
  breaking: 'Breaking',
  additive: 'Compatible',
  documentation: 'Documentation',
};

function sectionOf(title: string, changes: readonly Change[]): string {
  const groups = KINDS.flatMap((kind) => {
    const texts = [...new Set(changes.filter((change) => change.kind === kind).map(({ text }) => text))];
    if (texts.length === 0) return [];
    const lines = kind === 'documentation' ? [`Reworded: ${texts.join(', ')}.`] : texts;
    return [`### ${TITLES[kind]}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`];
  });
  return [`${title}\n`, ...groups].join('\n');
}

/** The sections of what has been released, as they stand. */
const releasedSections = (changelog: string): string[] =>
  changelog
    .split(/^(?=## )/m)
    .slice(1)
    .filter((section) => !section.startsWith(UNRELEASED))
    .map((section) => section.trimEnd());

const put = (sections: string[]): string =>
  `${[HEAD.trimEnd(), ...sections].map((one) => one.trimEnd()).join('\n\n')}\n`;

const titleOf = (version: string, date: string) => `## ${version}, ${date}`;

/** Whether there is a section for a released version. */
export const hasSection = (changelog: string, version: string): boolean =>
  releasedSections(changelog).some((section) => section.startsWith(`## ${version}, `));

/** The changelog with these changes as what is not released yet. */
export const withUnreleased = (changelog: string, changes: readonly Change[]): string =>
  put([...(changes.length > 0 ? [sectionOf(UNRELEASED, changes)] : []), ...releasedSections(changelog)]);

/** The changelog with these changes released. @param date `YYYY-MM-DD` */
export const withRelease = (
  changelog: string,
  version: string,
  date: string,
  changes: readonly Change[],
): string => put([sectionOf(titleOf(version, date), changes), ...releasedSections(changelog)]);

/** The changelog of the first release. */
export const firstRelease = (version: string, date: string, operations: number): string =>
  put([`${titleOf(version, date)}\n\nThe first release: ${operations} operations.`]);
