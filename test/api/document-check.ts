/** What an OpenAPI document must be beyond its types: everything that is referred to is there, and everything works. */
import type { Content, Document, Operation } from '../../src/api/document.ts';
import type { JsonSchema } from '../../src/api/navixy/shapes.ts';
import { checkOf } from './schema-kit.ts';

export interface Named {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export function operationsOf(document: Document): Named[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

/** In words, one a fault. */
export function faultsIn(document: Document): string[] {
  const operations = operationsOf(document);
  return [
    ...referencesIn(document)
      .filter((target) => !resolves(document, target))
      .map((target) => `${target} leads nowhere`),
    ...repeated(operations.map(({ operation }) => operation.operationId)).map((id) => `${id} is there twice`),
    ...operations.flatMap((named) => operationFaults(named, document).map((fault) => `${nameOf(named)}: ${fault}`)),
    ...schemaFaults(document),
  ];
}

function nameOf({ method, path }: Named): string {
  return `${method.toUpperCase()} ${path}`;
}

function referencesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = '$ref' in part && typeof part.$ref === 'string' ? [part.$ref] : [];
  return [...own, ...Object.values(part).flatMap(referencesIn)];
}

function resolves(document: Document, target: string): boolean {
  const [root, ...steps] = target.split('/');
  if (root !== '#') return false;
  const step = (part: unknown, name: string): unknown =>
    Object.hasOwn(Object(part), name) ? Object(part)[name] : undefined;
  return steps.reduce(step, document as unknown) !== undefined;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function operationFaults({ path, operation }: Named, document: Document): string[] {
  const { summary, responses, parameters = [], tags, security } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const schemes = security.flatMap((way) => Object.keys(way));
  return [
    ...(summary === '' ? ['says nothing of itself'] : []),
    ...(Object.keys(responses).some((status) => /^2\d\d$/.test(status)) ? [] : ['has no response for a success']),
    ...('default' in responses ? [] : ['has no response for a failure']),
    ...(inPath.sort().join() === declared.sort().join() ? [] : [`its path takes ${inPath}, it declares ${declared}`]),
    ...tags.filter((tag) => !document.tags.some(({ name }) => name === tag)).map((tag) => `its tag ${tag} is unknown`),
    ...schemes.filter((name) => !(name in document.components.securitySchemes)).map((name) => `${name} is unknown`),
  ];
}

/** Every schema compiles, and takes the examples that are given of it. */
function schemaFaults(document: Document): string[] {
  const { schemas, responses } = document.components;
  const contents = [
    ...Object.entries(responses).map(([name, { content }]) => [name, content] as const),
    ...operationsOf(document).flatMap((named) => contentsOf(named)),
  ];
  const media = contents.flatMap(([name, content = {}]) => Object.values(content).map((each) => [name, each] as const));
  const parameters = operationsOf(document).flatMap((named) =>
    (named.operation.parameters ?? []).map(({ name, schema }) => [`${nameOf(named)} ${name}`, { schema }] as const),
  );
  const named = Object.entries(schemas).map(([name, schema]) => [name, { schema }] as const);
  return [...named, ...parameters, ...media].flatMap(([name, each]) => {
    const { schema, example } = each as { schema?: JsonSchema; example?: unknown };
    return schema === undefined ? [] : compileFaults(schema, example, schemas).map((fault) => `${name}: ${fault}`);
  });
}

function contentsOf(named: Named): (readonly [string, Content | undefined])[] {
  const { requestBody, responses } = named.operation;
  const answers = Object.values(responses).map((response) => ('$ref' in response ? undefined : response.content));
  return [requestBody?.content, ...answers].map((content) => [nameOf(named), content] as const);
}

function compileFaults(schema: JsonSchema, example: unknown, schemas: Document['components']['schemas']): string[] {
  try {
    const check = checkOf(schema, schemas);
    const fault = example === undefined ? null : check(example);
    return fault === null ? [] : [`its example is not as its schema says: ${fault}`];
  } catch (error) {
    return [`its schema does not compile: ${(error as Error).message}`];
  }
}
