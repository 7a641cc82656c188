import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NODE_LEAST, runtimeProblem } from '../../src/ops/runtime.ts';

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  engines: { node: string };
};

describe('the least Node.js', () => {
  it('is the one that package.json asks for', () => {
    expect(PACKAGE.engines.node).toBe(`>=${NODE_LEAST}`);
  });

  it.each(['20.20.0', '20.20.2', '20.21.0', '22.0.0', '24.9.1', '100.0.0'])('%s will do', (version) => {
    expect(runtimeProblem(version)).toBeNull();
  });

  it.each(['20.19.9', '18.20.8', '19.99.99', '8.0.0'])('%s is refused with the repair', (version) => {
    expect(runtimeProblem(version)).toBe(
      `Node.js ${version} is too old, ${NODE_LEAST} or newer is needed: install Node.js 22 or 24 (https://nodejs.org), then run \`npm ci\` once more`,
    );
  });

  it.each(['main.ts', 'ops/runtime.ts'])('src/%s loads nothing by itself that it has not judged', (path) => {
    const source = readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8');
    const imports = [...source.matchAll(/^import .* from '([^']+)'/gm)].map((match) => match[1]);
    expect(imports.filter((target) => target !== './ops/runtime.ts')).toEqual([]);
    // What a Node.js of long ago does not read.
    expect(source.replaceAll(/\/\*[\s\S]*?\*\//g, '')).not.toMatch(/\?\?|\?\.\w|^await /m);
  });
});
