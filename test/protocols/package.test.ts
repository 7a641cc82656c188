/** `milepost/protocols` as somebody else's program has it: installed, imported by its name, with its types. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'protocols/README.md'), 'utf8');
const EXAMPLE = blockOf('ts');
const PRINTED = blockOf('text');

function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(README)?.[1] ?? '';
}

describe.skipIf(!existsSync(join(ROOT, 'dist/protocols/index.js')))('the package, once it is built', () => {
  let project: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'milepost-user-'));
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(ROOT, join(project, 'node_modules/milepost'));
    symlinkSync(join(ROOT, 'node_modules/@types'), join(project, 'node_modules/@types'));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(project, { recursive: true }));

  test('runs the example of the README, which prints what stands there', () => {
    writeFileSync(join(project, 'example.js'), EXAMPLE);
    const printed = execFileSync(process.execPath, ['example.js'], { cwd: project, encoding: 'utf8' });
    expect(EXAMPLE).toContain('milepost/protocols');
    expect(printed).toBe(PRINTED);
  });

  test('types the example, and says what is wrong with a mistake', () => {
    const mistake =
      "import { detect } from 'milepost/protocols';\nexport const wrong: number = detect(Buffer.alloc(1));\n";
    expect(typesOf('example.ts', EXAMPLE)).toBe('');
    expect(typesOf('mistake.ts', mistake)).toContain("is not assignable to type 'number'");
  }, 60_000);

  /** What the compiler has to say. */
  function typesOf(file: string, code: string): string {
    writeFileSync(join(project, file), code);
    const strict = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    return spawnSync(join(ROOT, 'node_modules/.bin/tsc'), [...strict, file], { cwd: project, encoding: 'utf8' }).stdout;
  }
});
