import { isRecord } from '../../../src/platform/unknown.ts';
import type { WireAnswer } from '../../support/contract/check-answer.ts';

/** An answer with one thing changed that the contract cannot allow, and what that is. */
interface Mutant {
  what: string;
  mutant: WireAnswer;
}

/** Of a type that no property has together with its own. */
const otherwise = (value: unknown): unknown =>
  isRecord(value) ? 'text' : typeof value === 'string' ? { was: value } : ['of another type'];

/** Every copy of a JSON value with one property dropped, added or of another type. */
function* changesOf(value: unknown, at: string): Generator<{ what: string; value: unknown }> {
  if (Array.isArray(value)) {
    for (const { what, value: item } of value.length > 0 ? changesOf(value[0], `${at}/0`) : [])
      yield { what, value: [item, ...value.slice(1)] };
  } else if (isRecord(value)) {
    yield { what: `${at} says more`, value: { ...value, nonsense: 1 } };
    for (const [name, held] of Object.entries(value)) {
      const { [name]: _dropped, ...rest } = value;
      yield { what: `${at}/${name} is missing`, value: rest };
      yield { what: `${at}/${name} is of another type`, value: { ...value, [name]: otherwise(held) } };
      for (const { what, value: changed } of changesOf(held, `${at}/${name}`))
        yield { what, value: { ...value, [name]: changed } };
    }
  }
}

/**
 * Falsifies an answer in every way that the contract forbids for any operation.
 *
 * @param required the names of the headers it has to have
 */
export function* mutantsOf(answer: WireAnswer, required: string[]): Generator<Mutant> {
  const { headers, text } = answer;
  for (const name of required) {
    const { [name.toLowerCase()]: _dropped, ...rest } = headers;
    yield { what: `no ${name}`, mutant: { ...answer, headers: rest } };
  }
  yield { what: 'a header more', mutant: { ...answer, headers: { ...headers, 'x-nonsense': '1' } } };
  for (const status of [299, 399, 499, 599]) yield { what: `a ${status}`, mutant: { ...answer, status } };
  const type = { ...headers, 'content-type': 'text/html' };
  yield { what: 'another content type', mutant: { ...answer, headers: type } };
  yield { what: 'a body that is not JSON', mutant: { ...answer, text: `${text}}` } };
  if (text === '') return;
  for (const { what, value } of changesOf(JSON.parse(text), 'body'))
    yield { what, mutant: { ...answer, text: JSON.stringify(value) } };
}
