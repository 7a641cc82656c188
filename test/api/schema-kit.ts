/** Schemas made to work: by the same compiler that the server validates with. */
import { fastify } from 'fastify';
import type { Document } from '../../src/api/document.ts';
import type { JsonSchema } from '../../src/api/navixy/shapes.ts';
import { AJV_OPTIONS } from '../../src/api/own/validation.ts';

/** null = the value is as the schema says; else what is not. */
export type Check = (value: unknown) => string | null;

const compile = await compiler();

async function compiler() {
  const app = fastify({ ajv: { customOptions: { ...AJV_OPTIONS, allErrors: false, allowUnionTypes: true } } });
  app.post('/', { schema: { body: { type: 'object' } } }, async () => null);
  await app.ready();
  return app.validatorCompiler!;
}

/** Compiling takes long, and the same is asked for again and again. By the schema as JSON. */
const checks = new Map<string, Check>();

/** Throws where the schema is none, or has a keyword that nobody knows. */
export function checkOf(schema: JsonSchema, schemas: Document['components']['schemas'] = {}): Check {
  const text = selfContained(schema, schemas);
  const check = checks.get(text) ?? compiled(text);
  checks.set(text, check);
  return check;
}

function compiled(text: string): Check {
  const validate = compile({ schema: JSON.parse(text), method: 'POST', url: '/', httpPart: 'body' });
  return (value) => {
    if (validate(value) === true) return null;
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ') || 'no';
  };
}

/** References of the document lead into it; those of a schema by itself need what they lead to at hand. */
function selfContained(schema: JsonSchema, schemas: Document['components']['schemas']): string {
  const text = JSON.stringify(schema);
  if (!text.includes('"$ref"')) return text;
  return JSON.stringify({ ...schema, definitions: schemas }).replaceAll('"#/components/schemas/', '"#/definitions/');
}
