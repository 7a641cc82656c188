/** The API's document as one page to read: no script, nothing from elsewhere, everything escaped. */
import { createHash } from 'node:crypto';
import type { Content, Document, Operation, Response } from './document.ts';
import type { JsonSchema } from './navixy/shapes.ts';
import { rowsOf, typeText } from './schema-text.ts';

export interface DocsPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #888; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h2 { margin-top: 3rem; border-bottom: 2px solid var(--line); }
h3 { margin-top: 2rem; font: 600 1rem/1.5 ui-monospace, monospace; }
nav ul { columns: 15rem; padding-left: 1.2rem; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; }
pre.text { border: 0; padding: 0; font: inherit; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--dim); }
.dim { color: var(--dim); }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export function docsPage(document: Document): DocsPage {
  const { title, version, description } = document.info;
  const entries = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const groups = document.tags.map(
    ({ name }) => [name, entries.filter(({ operation }) => operation.tags.includes(name))] as const,
  );
  const html = [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} API</title>`,
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)} API <small class="dim">${escaped(version)}</small></h1>`,
    `<pre class="text">${marked(description)}</pre>`,
    '<p>For programs: <a href="openapi.json">openapi.json</a></p>',
    `<nav><ul>${groups.map(([name]) => `<li><a href="#${anchor(name)}">${escaped(name)}</a></li>`).join('')}</ul></nav>`,
    ...groups.map(([name, members]) => groupHtml(name, members)),
    groupTitle('objects'),
    ...Object.entries(document.components.schemas).map(([name, schema]) => schemaHtml(name, schema)),
    groupTitle('refusals'),
    ...Object.values(document.components.responses).map(refusalsHtml),
    '</body></html>',
  ];
  return { html: html.join('\n'), contentSecurityPolicy: CONTENT_SECURITY_POLICY };
}

/** What is bold and what is code, in the Markdown of the document. */
function marked(text: string): string {
  return escaped(text)
    .replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** Words, and a table in Markdown. */
function refusalsHtml({ description }: Response): string {
  const lines = description.split('\n').filter((line) => !/^(\|-|$)/.test(line));
  const rows = lines.filter((line) => line.startsWith('|')).map((line) => line.slice(1, -1).split('|'));
  const words = lines.filter((line) => !line.startsWith('|')).join(' ');
  const html = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell.trim())}</td>`).join('')}</tr>`);
  return `<p>${escaped(words)}</p>${html.length === 0 ? '' : `<table>${html.join('')}</table>`}`;
}

function groupTitle(name: string): string {
  return `<h2 id="${anchor(name)}">${escaped(name)}</h2>`;
}

function groupHtml(name: string, entries: readonly Entry[]): string {
  return [groupTitle(name), ...entries.map(entryHtml)].join('\n');
}

function entryHtml(entry: Entry): string {
  const { method, path, operation } = entry;
  return [
    `<h3 id="${anchor(operation.operationId)}">${escaped(`${method} ${path}`)}</h3>`,
    `<p>${marked(operation.summary)} <span class="dim">${escaped(rightText(operation))}</span></p>`,
    parametersHtml(operation),
    answersHtml(operation),
    `<pre>${escaped(curlText(entry))}</pre>`,
  ].join('\n');
}

function rightText(operation: Operation): string {
  const scope = operation['x-scope'];
  if (scope !== null) return `right: ${scope}`;
  return operation.security.length === 0 ? 'open' : 'any key';
}

function parametersHtml({ parameters = [], requestBody }: Operation): string {
  const inUrl = parameters.map(({ name, required, schema }) => ({ name, isRequired: required, schema }));
  const body = schemaIn(requestBody?.content);
  const rows = [...inUrl, ...(body === null ? [] : rowsOf(body))];
  return rows.length === 0 ? '<p class="dim">no parameters</p>' : tableHtml('parameter', rows);
}

function answersHtml({ responses }: Operation): string {
  const answers = Object.entries(responses).flatMap(([status, response]) => {
    if ('$ref' in response) return [];
    const schema = schemaIn(response.content);
    const rows = schema === null ? [] : rowsOf(schema).filter(({ name }) => name !== 'success');
    if (rows.length > 0) return [tableHtml(`answer ${status}`, rows)];
    const type = Object.keys(response.content ?? {}).find((name) => name !== 'application/json');
    return [`<p class="dim">${escaped(`answer ${status}: ${type ?? 'nothing more'}`)}</p>`];
  });
  return answers.join('\n');
}

type Rows = ReturnType<typeof rowsOf>;

function tableHtml(title: string, rows: Rows): string {
  const lines = rows.map(({ name, isRequired, schema }) => {
    const presence = isRequired ? '' : '<span class="dim">optional</span>';
    return `<tr><td><code>${escaped(name)}</code></td><td>${typeHtml(schema)}</td><td>${presence}</td></tr>`;
  });
  return `<table><tr><th>${escaped(title)}</th><th>type</th><th></th></tr>${lines.join('')}</table>`;
}

/** The names of objects lead to where they are told of. */
function typeHtml(schema: JsonSchema): string {
  return escaped(typeText(schema)).replaceAll(/→(\w+)/g, (_found, name) => `<a href="#${anchor(name)}">${name}</a>`);
}

function schemaHtml(name: string, schema: JsonSchema): string {
  return `<h3 id="${anchor(name)}">${escaped(name)}</h3>${tableHtml('member', rowsOf(schema))}`;
}

function schemaIn(content: Content | undefined): JsonSchema | null {
  return (content?.['application/json'] ?? content?.['multipart/form-data'])?.schema ?? null;
}

const KEY = '0123456789abcdef0123456789abcdef';

/** What stands in the header, by how the operation takes a key. Navixy's is in the body. */
const HEADERS: Readonly<Record<string, string>> = {
  key: 'Bearer $KEY',
  gsmtasksToken: 'Token $KEY',
  thetrackToken: 'token sk_$KEY',
};

function curlText({ method, path, operation }: Entry): string {
  const url = `"$MILEPOST${path.replaceAll(/\{\w+\}/g, path.startsWith('/api/') ? '1' : '$UUID')}"`;
  const header = operation.security.flatMap((way) => Object.keys(way).flatMap((name) => HEADERS[name] ?? []))[0];
  const words = ['curl', ...(method === 'GET' ? [] : ['-X', method]), url];
  if (header !== undefined) words.push('-H', `"Authorization: ${header}"`);
  if (isUpload(operation)) words.push('-F', 'token="$TOKEN"', '-F', 'file=@"$FILE"');
  const example = operation.requestBody?.content['application/json']?.example;
  if (example === undefined || example === null) return words.join(' ');
  const json = JSON.stringify(example).replaceAll("'", "'\\''").replaceAll(KEY, `'"$KEY"'`);
  return [...words, '-H', "'content-type: application/json'", '-d', `'${json}'`].join(' ');
}

function isUpload({ requestBody }: Operation): boolean {
  return requestBody !== undefined && 'multipart/form-data' in requestBody.content;
}

function anchor(name: string): string {
  return name.replaceAll(/[^\w]+/g, '-');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
