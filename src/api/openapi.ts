/** The document of the whole API, OpenAPI 3.1, generated from what the calls and routes themselves validate by. */
import type { Document } from './document.ts';
import { isGsmtasksPath } from './gsmtasks/routes.ts';
import type { Call } from './navixy/call.ts';
import { navixyPart } from './navixy/openapi.ts';
import { ownPart } from './own/openapi.ts';
import { gsmtasksPart, thetrackPart } from './rest/openapi.ts';
import type { AddedRoute } from './route-part.ts';
import { isThetrackPath } from './thetrack/routes.ts';

/** That of the package; a test holds them together. */
const VERSION = '0.1.0';

const DESCRIPTION = `\
Four APIs on one port, over the same tasks.

**Navixy** (\`/v2/...\`): every call takes POST with JSON or a form, and GET with a query; every path works without
\`/v2\`, too. In forms and queries lists and objects are JSON. The key is \`hash\` in the body, \`hash\` in the query, or the
header \`Authorization: NVX <hash>\`. Dates are \`yyyy-MM-dd HH:mm:ss\` in the time zone of the account, or ISO 8601 with
\`iso_datetime\`, or the header \`NVX-ISO-DateTime: true\`. Unknown parameters are ignored. Calls that Navixy does not have
are named as extensions.

**GSMtasks** (\`/tasks/\`, \`/task_commands/\`, ...): JSON, times in UTC, relations as absolute URLs, lists as bare arrays with
\`cursor\`, \`page_size\` and a \`Link\` header. The key is \`Authorization: Token <key>\`. What is wrong with a request is told by
field. Unknown members are ignored.

**TheTrack** (\`/v1/...\`): JSON, times in UTC, lists in pages with \`count\`, \`next\`, \`previous\` and \`results\`. The key is
\`Authorization: token sk_<key>\`, or with \`pk_\` one of few rights. What is wrong is told as GSMtasks does.

**Milepost** (\`/api/...\`): JSON, camelCase, times in UTC, a key as \`Authorization: Bearer <key>\`, refusals as problem
details (RFC 9457). Unknown parameters are refused.

\`x-scope\` is the right that the key must carry.`;

export function openApi(calls: readonly Call[], routes: readonly AddedRoute[]): Document {
  const parts = [
    navixyPart(calls),
    gsmtasksPart(routes.filter(({ url }) => isGsmtasksPath(url))),
    thetrackPart(routes.filter(({ url }) => isThetrackPath(url))),
    ownPart(routes.filter(({ url }) => !isGsmtasksPath(url) && !isThetrackPath(url))),
  ];
  return {
    openapi: '3.1.0',
    info: { title: 'Milepost', version: VERSION, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: parts.flatMap(({ tags }) => tags),
    paths: Object.assign({}, ...parts.map(({ paths }) => paths)),
    components: {
      schemas: Object.assign({}, ...parts.map(({ components }) => components.schemas)),
      responses: Object.assign({}, ...parts.map(({ components }) => components.responses)),
      securitySchemes: Object.assign({}, ...parts.map(({ components }) => components.securitySchemes)),
    },
  };
}
