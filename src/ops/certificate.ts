/** A certificate and its key, read from files, and again when they change: renewing one must not take a restart. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readTextFile } from './config.ts';
import type { Log } from './log.ts';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly certPath: string;
  readonly keyPath: string;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Throws where the file cannot be read. */
  readonly readText?: (path: string) => string;
}

export class Certificate {
  readonly #options: CertificateOptions;
  #pair: Pair;
  /** The last pair that was looked at, whether it was any good or not. */
  #seen: Pair;
  #take: (pair: Pair) => void = () => {};

  /** Throws where a file cannot be read, or the two are no pair. */
  constructor(options: CertificateOptions) {
    this.#options = options;
    this.#pair = this.#read();
    prove(this.#pair);
    this.#seen = this.#pair;
  }

  get pair(): Pair {
    return this.#pair;
  }

  /** Whoever uses the pair. */
  onRenewed(take: (pair: Pair) => void): void {
    this.#take = take;
  }

  /** Looks at the files, and has a pair taken that is another one than before. Never throws: the pair in use is good. */
  look(): void {
    const { log, certPath } = this.#options;
    try {
      const pair = this.#read();
      if (isSame(pair, this.#seen)) return;
      this.#seen = pair;
      prove(pair);
      this.#take(pair);
      this.#pair = pair;
      log.info({ certificate: certPath }, 'a new certificate is in use for new connections');
    } catch (error) {
      log.error({ err: error, certificate: certPath }, 'a changed certificate cannot be used: the one before stays');
    }
  }

  #read(): Pair {
    const { certPath, keyPath, readText = readTextFile } = this.#options;
    return { cert: readText(certPath), key: readText(keyPath) };
  }
}

/** Throws where the key is not the certificate's, or either is none. */
function prove({ cert, key }: Pair): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the key is that of another certificate');
  }
}

function isSame(a: Pair, b: Pair): boolean {
  return a.cert === b.cert && a.key === b.key;
}
