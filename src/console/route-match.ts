/** Which page an address leads to. Pure: `#/tasks/7?tab=hex` is the path `/tasks/7` and a query. */

export interface Place {
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
}

export interface Match<Route> extends Place {
  readonly route: Route;
}

/** The first route that fits; null = none does. A `:name` in a path takes one segment, whatever it is. */
export function matchRoute<Route extends { readonly path: string }>(
  hash: string,
  routes: readonly Route[],
): Match<Route> | null {
  const [path = '', query = ''] = halves(hash.replace(/^#/, ''), '?');
  const segments = segmentsOf(path);
  for (const route of routes) {
    const params = paramsOf(segmentsOf(route.path), segments);
    if (params !== null) return { route, params, query: new URLSearchParams(query) };
  }
  return null;
}

function paramsOf(form: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (form.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of form.entries()) {
    const segment = plain(segments[index]!);
    if (segment === null || (!part.startsWith(':') && part !== segment)) return null;
    if (part.startsWith(':')) params[part.slice(1)] = segment;
  }
  return params;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function plain(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function halves(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
