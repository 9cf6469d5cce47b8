// The contract as requests to send by hand: a plain-text file that VS Code (REST Client), the JetBrains IDEs, Visual Studio
// and several editors and command-line tools can run request by request. Text shows what changed in a diff, needs no
// application of its own to read, and unlike a folder of a Bruno collection is one place for the address and the token.
import type { Contract, Media, Operation, Parameter, Reference, Schema } from './document.ts';

const BOUNDARY = 'part-of-the-request';
const firstSentence = (text = ''): string => text.split(/(?<=\.)\s/)[0] ?? '';

/** The request file; its requests are in the order of the contract, under the headings of its tags. */
export function collection(contract: Contract): string {
  const { components } = contract;
  const find = <T extends object>(value: T | Reference, among: Record<string, T> = {}): T => {
    if (!('$ref' in value)) return value;
    const found = among[value.$ref.split('/').at(-1) ?? ''];
    if (!found) throw new Error(`there is no ${value.$ref}`);
    return found;
  };
  const parametersOf = (operation: Operation): Parameter[] =>
    (operation.parameters ?? []).map((one) => find(one, components.parameters));

  function bodyOf(type: string, media: Media): { type: string; text: string } {
    const [example] = Object.values(media.examples ?? {});
    const value = example && find(example, components.examples).value;
    if (/[/+]json$/.test(type)) return { type, text: JSON.stringify(value, null, 2) };
    if (type !== 'multipart/form-data') return { type, text: typeof value === 'string' ? value : 'Text.' };
    const { properties = {} } = find<Schema>(media.schema, components.schemas);
    const parts = Object.entries(properties).map(([name, part]) => {
      const isFile = part.format === 'binary' || part.contentMediaType !== undefined;
      const about = isFile ? '; filename="example.txt"\nContent-Type: text/plain' : '';
      const content = isFile ? 'Text.' : String(part.examples?.[0] ?? '');
      return `--${BOUNDARY}\nContent-Disposition: form-data; name="${name}"${about}\n\n${content}\n`;
    });
    return { type: `${type}; boundary=${BOUNDARY}`, text: `${parts.join('')}--${BOUNDARY}--` };
  }

  function requestOf(path: string, method: string, operation: Operation): string {
    const parameters = parametersOf(operation);
    const queries = parameters.filter((one) => one.in === 'query');
    const query = (one: Parameter) => `${one.name}=${encodeURIComponent(String([one.example].flat()[0]))}`;
    const needed = queries
      .filter((one) => one.required)
      .map(query)
      .join('&');
    const target = path.replaceAll('{', '{{').replaceAll('}', '}}') + (needed && `?${needed}`);
    const [content] = Object.entries(operation.requestBody?.content ?? {});
    const body = content && bodyOf(...content);
    const security = operation.security ?? contract.security;
    const isOptional = security.some((one) => Object.keys(one).length === 0);
    const needsToken = security.length > 0 && !isOptional;

    const lines = [`### ${operation.summary}`, `# @name ${operation.operationId}`];
    // A comment stands before a request: inside of one, not every tool knows it.
    for (const one of queries.filter((each) => !each.required))
      lines.push(`# ?${query(one)}  ${firstSentence(one.description)}`);
    for (const one of parameters.filter((each) => each.in === 'header' && !each.required))
      lines.push(`# ${one.name}: ${one.example}  ${firstSentence(one.description)}`);
    if (isOptional) lines.push('# Authorization: Bearer {{token}}  Whoever signs in sees more.');
    lines.push(`${method.toUpperCase()} {{base}}${target}`);
    if (needsToken) lines.push('Authorization: Bearer {{token}}');
    for (const one of parameters.filter((each) => each.in === 'header' && each.required))
      lines.push(`${one.name}: {{${variable(one.name)}}}`);
    if (body) lines.push(`Content-Type: ${body.type}`, '', body.text);
    return `${lines.join('\n')}\n`;
  }

  const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const variables = new Map<string, unknown>();
  for (const one of operations.flatMap(({ operation }) => parametersOf(operation))) {
    const isVariable = one.in === 'path' || (one.in === 'header' && one.required);
    // Where a read takes an id or a slug under the name that takes only an id elsewhere, the id is good for both.
    if (isVariable && (one.schema?.format === 'uuid' || !variables.has(variable(one.name))))
      variables.set(variable(one.name), one.example);
  }
  const groups = contract.tags.map(({ name, description }) => {
    const requests = operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ path, method, operation }) => requestOf(path, method, operation));
    return `### ==================== ${name}\n# ${firstSentence(description)}\n\n${requests.join('\n')}`;
  });
  const local = contract.servers.find((server) => server['x-internal']) ?? contract.servers[0];
  return [
    `# ${contract.info.title} ${contract.info.version}: a request for each operation of the contract.`,
    '# Made by `npm run generate`; copy it before you change it.',
    '#',
    '# Where the service is. The demo login that it prints when it starts is one to send to login.',
    `@base = ${local?.url}`,
    '# The access_token that login answers. In VS Code, {{login.response.body.access_token}} takes it from there by itself.',
    '@token = paste-it-here',
    '# What the requests below are about: put in what the service has answered.',
    ...[...variables].map(([name, example]) => `@${name} = ${example}`),
    '',
    ...groups,
  ].join('\n');
}

/** `If-Match` is the variable `if_match`. */
const variable = (name: string): string => name.toLowerCase().replaceAll('-', '_');
