import { describe, expect, it } from 'vitest';
import { Certificate, type Pair } from '../../src/ops/certificate.ts';
import { selfSigned } from '../certificate-kit.ts';

const [FIRST, SECOND] = [selfSigned('first'), selfSigned('second')];

class Bench {
  files = new Map([
    ['cert.pem', FIRST.cert],
    ['key.pem', FIRST.key],
  ]);
  readonly lines: string[] = [];
  readonly taken: Pair[] = [];
  readonly certificate = new Certificate({
    certPath: 'cert.pem',
    keyPath: 'key.pem',
    log: {
      info: (_details: object, message: string) => void this.lines.push(`info ${message}`),
      error: (_details: object, message: string) => void this.lines.push(`error ${message}`),
    } as never,
    readText: (path) => {
      const text = this.files.get(path);
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return text;
    },
  });

  constructor() {
    this.certificate.onRenewed((pair) => this.taken.push(pair));
  }
}

describe('a certificate', () => {
  it('is taken when its files have changed, once', () => {
    const bench = new Bench();
    bench.certificate.look();
    bench.files.set('cert.pem', SECOND.cert).set('key.pem', SECOND.key);
    bench.certificate.look();
    bench.certificate.look();
    expect(bench.taken).toEqual([SECOND]);
    expect(bench.certificate.pair).toEqual(SECOND);
    expect(bench.lines).toEqual(['info a new certificate is in use for new connections']);
  });

  it('that is half written is told of once and taken when it is whole; the one before stays meanwhile', () => {
    const bench = new Bench();
    bench.files.set('cert.pem', SECOND.cert);
    bench.certificate.look();
    bench.certificate.look();
    expect(bench.certificate.pair).toEqual(FIRST);
    expect(bench.lines).toEqual(['error a changed certificate cannot be used: the one before stays']);
    bench.files.set('key.pem', SECOND.key);
    bench.certificate.look();
    expect(bench.taken).toHaveLength(1);
  });

  it('that is gone leaves the one before in use', () => {
    const bench = new Bench();
    bench.files.clear();
    bench.certificate.look();
    expect([bench.taken, bench.certificate.pair]).toEqual([[], FIRST]);
  });
});

it.each([
  ['another key', { ...FIRST, key: SECOND.key }],
  ['no certificate', { ...FIRST, cert: 'PEM' }],
  ['no key', { ...FIRST, key: 'PEM' }],
])('a gateway cannot begin with %s', (_name, { cert, key }) => {
  const readText = (path: string) => (path === 'cert.pem' ? cert : key);
  const log = { info: () => undefined, error: () => undefined } as never;
  expect(() => new Certificate({ certPath: 'cert.pem', keyPath: 'key.pem', log, readText })).toThrow();
});
