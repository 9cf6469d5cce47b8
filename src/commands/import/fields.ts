import type { Meta, MetaTable } from './front-matter.ts';
import { metaKey } from './front-matter.ts';

/** The value at the first of `keys` that is there and not empty; `extra.author` looks in a nested table. */
export function find(meta: MetaTable, ...keys: string[]): Meta | undefined {
  for (const key of keys) {
    let value: Meta | undefined = meta;
    for (const part of key.split('.')) value = value instanceof Map ? value.get(metaKey(part)) : undefined;
    const isEmpty =
      typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
    if (value !== undefined && !isEmpty) return value;
  }
  return undefined;
}

/** The text at the first of `keys` that holds one, on one line, or `undefined`. */
export function findText(meta: MetaTable, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = find(meta, key);
    if (typeof value === 'string') return value.replace(/\s+/g, ' ').trim();
  }
  return undefined;
}

/** What YAML 1.1, TOML and people write for yes and no; `undefined` for anything else. */
export function findFlag(meta: MetaTable, ...keys: string[]): boolean | undefined {
  const text = findText(meta, ...keys)?.toLowerCase();
  if (text === undefined) return undefined;
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  return ['false', 'no', 'off', '0'].includes(text) ? false : undefined;
}

const TAG_KEYS = ['tags', 'tag', 'categories', 'category'];

/**
 * The tags and categories of a post, in order, without repetitions whatever their case. A list is taken as it is;
 * a text is split at its commas, else, in the plural fields, at its spaces, as Jekyll and Hugo do.
 */
export function readTags(meta: MetaTable): string[] {
  const tags = new Map<string, string>();
  for (const key of [...TAG_KEYS, ...TAG_KEYS.map((key) => `taxonomies.${key}`)]) {
    const value = find(meta, key);
    const isPlural = key.endsWith('s');
    for (const item of typeof value === 'string' ? splitTags(value, isPlural) : flatten(value)) {
      const tag = item.trim().replace(/^#+/, '').replace(/\s+/g, ' ');
      if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
    }
  }
  return [...tags.values()];
}

function splitTags(text: string, isPlural: boolean): string[] {
  if (text.includes(',')) return text.split(',');
  return isPlural ? text.split(/\s/) : [text];
}

function flatten(value: Meta | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.flatMap(flatten) : [];
}

const DRAFT_STATUSES = ['draft', 'private', 'pending', 'unpublished', 'hidden', 'archived'];

/** Whether a post is a draft: by its fields, or because it lies in a `_drafts` folder. In doubt it is published. */
export function isDraft(meta: MetaTable, path: string): boolean {
  return (
    path.split('/').includes('_drafts') ||
    findFlag(meta, 'draft', 'is_draft') === true ||
    findFlag(meta, 'published') === false ||
    DRAFT_STATUSES.includes(findText(meta, 'status')?.toLowerCase() ?? '')
  );
}
