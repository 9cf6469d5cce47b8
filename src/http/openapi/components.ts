/** A JSON object of the OpenAPI document. */
export type Json = { [name: string]: unknown };

/** The kinds of components (OpenAPI 3.1.1, section 4.8.7). */
export type Kind = 'schemas' | 'responses' | 'parameters' | 'examples' | 'headers' | 'securitySchemes';

/** The components of the document. A component is added when it is first referred to, so there are no unused ones. */
export class Components {
  readonly #kinds = new Map<Kind, Map<string, Json>>();

  /** A reference to a component, which `make` creates the first time. */
  ref(kind: Kind, name: string, make: () => Json): { $ref: string } {
    const parts = this.#kinds.get(kind) ?? new Map<string, Json>();
    this.#kinds.set(kind, parts);
    if (!parts.has(name)) {
      parts.set(name, {}); // a schema may refer to itself
      parts.set(name, make());
    }
    return { $ref: `#/components/${kind}/${name}` };
  }

  /** Adds to an object within a component, which operations share that each have a part of it. */
  extend(kind: Kind, name: string, property: string, added: Json): void {
    const part = this.#kinds.get(kind)?.get(name);
    if (!part) throw new Error(`there is no component ${name} among the ${kind}`);
    part[property] = sorted(Object.entries({ ...(part[property] as Json | undefined), ...added }));
  }

  /** The Components Object, in alphabetical order. */
  toComponents(): Json {
    return sorted([...this.#kinds].map(([kind, parts]) => [kind, sorted(parts)] as const));
  }
}

/** An object whose names are in alphabetical order, the same on every machine. */
export function sorted<T>(entries: Iterable<readonly [string, T]>): { [name: string]: T } {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}
