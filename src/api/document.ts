/** The parts of an OpenAPI 3.1 document that are used here. */
import type { JsonSchema } from './navixy/shapes.ts';

export interface Document {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly Tag[];
  readonly paths: Paths;
  readonly components: Components;
}

/** What one dialect adds to it. */
export type Part = Pick<Document, 'tags' | 'paths' | 'components'>;

type Paths = Readonly<Record<string, PathItem>>;
export type PathItem = Readonly<Record<string, Operation>>;

export interface Tag {
  readonly name: string;
  readonly description?: string;
}

export interface Components {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly securitySchemes: Readonly<Record<string, object>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** The right that the key must carry; null = any key, or none where `security` is empty. */
  readonly 'x-scope': string | null;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  /** By status, or `default`. */
  readonly responses: Readonly<Record<string, Response | Reference>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface Response {
  readonly description: string;
  readonly content?: Content;
}

/** By content type. */
export type Content = Readonly<Record<string, MediaType>>;

export interface MediaType {
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly encoding?: Readonly<Record<string, { readonly contentType: string }>>;
}

export interface Reference {
  readonly $ref: string;
}

export function schemaNamed(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function responseNamed(name: string): Reference {
  return { $ref: `#/components/responses/${name}` };
}
