import { readFileSync } from 'node:fs';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { parseJson } from '../json.ts';

/** As much of the contract (`openapi/openapi.json`) as is read by the tools that make something from it. */

const named = <T extends TSchema>(item: T) => Type.Record(Type.String(), item);

const Reference = Type.Object({ $ref: Type.String() });
export type Reference = Static<typeof Reference>;

const Parameter = Type.Object({
  name: Type.String(),
  in: Type.Union([Type.Literal('path'), Type.Literal('query'), Type.Literal('header')]),
  required: Type.Optional(Type.Boolean()),
  description: Type.Optional(Type.String()),
  example: Type.Optional(Type.Unknown()),
  schema: Type.Object({ type: Type.Optional(Type.Unknown()), format: Type.Optional(Type.String()) }),
});
export type Parameter = Static<typeof Parameter>;

const Example = Type.Object({ value: Type.Unknown() });

const Property = Type.Object({
  items: Type.Optional(Type.Partial(Reference)),
  format: Type.Optional(Type.String()),
  contentMediaType: Type.Optional(Type.String()),
  examples: Type.Optional(Type.Array(Type.Unknown())),
});
export type Property = Static<typeof Property>;

const Schema = Type.Object({
  enum: Type.Optional(Type.Array(Type.String())),
  'x-enumDescriptions': Type.Optional(named(Type.String())),
  discriminator: Type.Optional(Type.Object({ mapping: named(Type.String()) })),
  properties: Type.Optional(named(Property)),
});
export type Schema = Static<typeof Schema>;

const Media = Type.Object({
  schema: Reference,
  examples: Type.Optional(named(Type.Union([Reference, Example]))),
});
export type Media = Static<typeof Media>;

const Answer = Type.Object({
  headers: Type.Optional(named(Reference)),
  content: Type.Optional(named(Media)),
});
export type Answer = Static<typeof Answer>;

const Security = Type.Array(named(Type.Array(Type.String())));

const Operation = Type.Object({
  operationId: Type.String(),
  summary: Type.String(),
  description: Type.String(),
  tags: Type.Tuple([Type.String()]),
  deprecated: Type.Optional(Type.Boolean()),
  security: Type.Optional(Security),
  parameters: Type.Optional(Type.Array(Type.Union([Reference, Parameter]))),
  requestBody: Type.Optional(Type.Object({ required: Type.Optional(Type.Boolean()), content: named(Media) })),
  responses: named(Type.Union([Reference, Answer])),
  'x-redoclyPagination': Type.Optional(Type.Object({})),
});
export type Operation = Static<typeof Operation>;

export const Contract = Type.Object({
  info: Type.Object({ title: Type.String(), version: Type.String() }),
  tags: Type.Array(Type.Object({ name: Type.String(), description: Type.String() })),
  security: Security,
  servers: Type.Array(Type.Object({ url: Type.String(), 'x-internal': Type.Optional(Type.Boolean()) })),
  paths: named(named(Operation)),
  components: Type.Object({
    examples: named(Example),
    headers: named(Type.Object({ required: Type.Optional(Type.Boolean()) })),
    parameters: named(Parameter),
    responses: named(Answer),
    schemas: named(Schema),
  }),
});
export type Contract = Static<typeof Contract>;

/** The contract as it is committed. */
export const committedContract = (): Contract =>
  parseJson(Contract, readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'));
