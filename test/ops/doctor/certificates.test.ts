import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../src/ops/config.ts';
import { certificateFindings } from '../../../src/ops/doctor/certificates.ts';
import type { Config } from '../../../src/ops/settings.ts';
import { selfSigned } from '../../certificate-kit.ts';

const NOW = Date.UTC(2026, 9, 1);
const DAY = 86_400_000;
/** When those of the kit end. */
const END = Date.UTC(2049, 11, 31, 23, 59, 59);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-certificates-'));
  const [one, other] = [selfSigned('one.test'), selfSigned('other.test')];
  writeFileSync(path('cert.pem'), one.cert);
  writeFileSync(path('key.pem'), one.key);
  writeFileSync(path('other.pem'), other.key);
  writeFileSync(path('text.pem'), 'hello');
});
afterAll(() => rmSync(directory, { recursive: true }));

function path(name: string): string {
  return join(directory, name);
}

function findings(part: { cert?: string; key?: string }, nowMs = NOW) {
  const files = { 'tls.cert': part.cert ? path(part.cert) : null, 'tls.key': part.key ? path(part.key) : null };
  return certificateFindings(defaultConfig({ 'tcp.tls.port': 5021, ...files } as Partial<Config>), nowMs);
}

describe('a certificate of the settings', () => {
  it.each([
    ['is right', { cert: 'cert.pem', key: 'key.pem' }, NOW, 'ok', 'is valid until 2049'],
    ['ends soon', { cert: 'cert.pem', key: 'key.pem' }, END - 3 * DAY, 'warning', 'is valid until'],
    ['has ended', { cert: 'cert.pem', key: 'key.pem' }, END + DAY, 'failure', 'which is over'],
    ['has not begun', { cert: 'cert.pem', key: 'key.pem' }, Date.UTC(2019, 0, 1), 'failure', 'is valid from'],
    ['is not set', {}, NOW, 'failure', 'tls.cert is not set'],
    ['has no key', { cert: 'cert.pem' }, NOW, 'failure', 'tls.key is not set'],
    [
      'has the key of another',
      { cert: 'cert.pem', key: 'other.pem' },
      NOW,
      'failure',
      'the key of another certificate',
    ],
    ['is not there', { cert: 'no.pem', key: 'key.pem' }, NOW, 'failure', 'ENOENT'],
    ['is none', { cert: 'text.pem', key: 'key.pem' }, NOW, 'failure', 'cannot be used'],
  ])('that %s', (_name, part, nowMs, level, seen) => {
    expect(findings(part, nowMs)).toEqual([expect.objectContaining({ level, seen: expect.stringContaining(seen) })]);
  });

  it('is not asked for where no port speaks TLS, and is where HTTP does', () => {
    expect(certificateFindings(defaultConfig(), NOW)).toEqual([]);
    const http = { 'http.tls.cert': path('cert.pem'), 'http.tls.key': path('key.pem') };
    expect(certificateFindings(defaultConfig(http), NOW)).toHaveLength(1);
  });
});
