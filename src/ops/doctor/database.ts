/** Whether the database is one that this program can go on with. */
import { type Finding, failure, fine, warning } from './finding.ts';

/** As store/examine.ts saw it. */
export type DatabaseSeen =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'found'; readonly version: number; readonly newest: number };

export function databaseFinding(directory: string, database: DatabaseSeen): Finding {
  if (database.kind === 'none') return fine('database', 'none yet: the gateway will make it');
  const restore = `restore a backup: \`milepost restore FILE --data ${directory} --replace\``;
  if (database.kind === 'unreadable') return failure('database', `it cannot be read (${database.reason})`, restore);
  const { version, newest } = database;
  if (version > newest) {
    const seen = `schema version ${version}, this Milepost knows up to ${newest}`;
    return failure('database', seen, `run the newer Milepost, or ${restore}`);
  }
  if (version === newest) return fine('database', `schema version ${version}`);
  return warning(
    'database',
    `schema version ${version}: the next start copies it to milepost.v${version}.backup.db and brings it to ${newest}`,
    'see that there is room for a second database',
  );
}

export function lockFinding(isHeld: boolean): Finding {
  return fine('lock', isHeld ? 'a gateway runs on this data directory' : 'no gateway runs on this data directory');
}

/** An HTTP port that others can reach needs a key in its door. */
export function keyFinding(httpHost: string, hasKey: boolean, directory: string): Finding {
  const isLoopback = httpHost === 'localhost' || httpHost === '::1' || /^127(\.\d{1,3}){3}$/.test(httpHost);
  if (hasKey) return fine('API key', 'there is one');
  if (isLoopback) return fine('API key', `none yet, and none is needed while http.host is ${httpHost}`);
  return failure(
    'API key',
    `http.host is ${httpHost}, which others can reach, and there is no API key yet`,
    `\`milepost keys create NAME --data ${directory}\`, or set api-key`,
  );
}
