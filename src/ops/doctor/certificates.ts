/** Whether the certificates of the settings can be used: read, matched by their keys, and for how long still. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../settings.ts';
import { type Finding, failure, fine, warning } from './finding.ts';

const DAY_MS = 86_400_000;
/** Whoever renews by a timer has done so before. */
const SOON_MS = 14 * DAY_MS;

/** Of the ports that speak TLS. */
export function certificateFindings(config: Config, nowMs: number): readonly Finding[] {
  const { 'tls.cert': trackers, 'http.tls.cert': http } = config;
  const found: Finding[] = [];
  if (config['tcp.tls.port'] !== null) found.push(pairFinding('tls', trackers, config['tls.key'], nowMs));
  if (http !== null || config['http.tls.key'] !== null) {
    found.push(pairFinding('http.tls', http, config['http.tls.key'], nowMs));
  }
  return found;
}

function pairFinding(prefix: string, certPath: string | null, keyPath: string | null, nowMs: number): Finding {
  if (certPath === null || keyPath === null) {
    const missing = `${prefix}.${certPath === null ? 'cert' : 'key'}`;
    return failure('certificate', `${missing} is not set`, `set ${prefix}.cert and ${prefix}.key to PEM files`);
  }
  try {
    const certificate = new X509Certificate(readFileSync(certPath));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(keyPath)))) {
      return failure(
        'certificate',
        `${keyPath} is the key of another certificate than ${certPath}`,
        'name its own key',
      );
    }
    return termFinding(certPath, Date.parse(certificate.validFrom), Date.parse(certificate.validTo), nowMs);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isUnreadable = code === 'EACCES' || code === 'EPERM';
    const repair = isUnreadable ? 'let this user read it' : `see that ${certPath} and ${keyPath} are PEM files`;
    return failure('certificate', `${prefix}.cert or ${prefix}.key cannot be used (${message})`, repair);
  }
}

const RENEW = 'renew it; a running gateway takes the new files up by itself, or at once on SIGHUP';

function termFinding(path: string, fromMs: number, toMs: number, nowMs: number): Finding {
  const until = `${path} is valid until ${new Date(toMs).toISOString()}`;
  if (nowMs < fromMs) {
    const seen = `${path} is valid from ${new Date(fromMs).toISOString()} on only`;
    return failure('certificate', seen, 'see that the clock is right, or use another one until then');
  }
  if (nowMs >= toMs) return failure('certificate', `${until}, which is over`, RENEW);
  return toMs - nowMs < SOON_MS ? warning('certificate', until, RENEW) : fine('certificate', until);
}
