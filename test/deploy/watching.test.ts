/** Board and alert rules ask for metrics that there are, by labels that they have. */
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/ops/metrics.ts';

interface Board {
  readonly uid: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const board = JSON.parse(textOf('grafana.json')) as Board;
const alerts = textOf('alerts.yml');
const expressions = {
  board: board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  alerts: [...alerts.matchAll(/^\s+expr: (.+)$/gm)].map((match) => match[1] ?? ''),
};

function textOf(name: string): string {
  return readFileSync(new URL(`../../docs/deploy/${name}`, import.meta.url), 'utf8');
}

/** As they are scraped: a histogram in three parts. */
const known = new Map<string, string | null>(
  METRICS.flatMap(({ name, type, label }) =>
    (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]).map((each) => [each, label]),
  ),
);

async function defaultNames(): Promise<string[]> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const names = (await register.getMetricsAsJSON()).map(({ name }) => name);
  register.clear();
  return names;
}

/** Labels that Prometheus itself puts on, and that of a histogram's buckets. */
const EVERYWHERE = ['instance', 'job', 'le'];

describe.each(Object.entries(expressions))('the %s', (_name, all) => {
  it('ask for something', () => {
    expect(all.length).toBeGreaterThan(8);
  });

  it.each(all)('%s', async (expression) => {
    const bare = expression.replaceAll(/"[^"]*"/g, '""');
    const names = [...bare.matchAll(/\b(?:milepost|process|nodejs)_\w+/g)].map(([name]) => name);
    const others = await defaultNames();
    expect(names.length > 0 || expression.startsWith('up{')).toBe(true);
    expect(names.filter((name) => !known.has(name) && !others.includes(name))).toEqual([]);
    const own = names.flatMap((name) => known.get(name) ?? []);
    const inBraces = [...bare.matchAll(/\{([^}]*)\}/g)].flatMap((match) => (match[1] ?? '').split(','));
    const inGroups = [...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) => (match[1] ?? '').split(','));
    const labels = [...inBraces.map((each) => each.split(/[=!]/)[0] ?? ''), ...inGroups].map((each) => each.trim());
    expect(labels.filter((label) => !EVERYWHERE.includes(label) && !own.includes(label))).toEqual([]);
    expect([...bare].filter((sign) => sign === '(').length).toBe([...bare].filter((sign) => sign === ')').length);
  });
});

describe('the board', () => {
  it('shows every metric of ours', () => {
    const asked = expressions.board.join(' ');
    const missing = METRICS.filter(({ name }) => !asked.includes(name)).map(({ name }) => name);
    expect(missing).toEqual([]);
  });

  it('has panels with ids of their own that do not lie on each other', () => {
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(board.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe('the alerts', () => {
  it('each say what is wrong, how bad it is, and for how long', () => {
    const rules = alerts.split(/^\s+- alert: /m).slice(1);
    expect(rules).toHaveLength(expressions.alerts.length);
    for (const rule of rules) {
      expect(rule).toMatch(/^Milepost\w+\n/);
      expect(rule).toMatch(/\n\s+for: \d+[mh]\n/);
      expect(rule).toMatch(/\n\s+labels: \{ severity: (page|ticket|info) \}\n/);
      expect(rule).toMatch(/\n\s+summary: '[^'\n]+'\n/);
    }
  });
});
