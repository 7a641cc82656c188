/** What keeps the program from being loaded: a package that is not there, or a native module that is not built for this Node. */
import { type Finding, failure, fine } from './finding.ts';

export interface LoadingProblem {
  readonly seen: string;
  readonly repair: string;
}

const REBUILD =
  'run `npm rebuild better-sqlite3`; npm 12 and newer skip install scripts unless package.json names the package: ' +
  '`"allowScripts": {"better-sqlite3": true}`';

/** null = the error is about something else. */
export function loadingProblem(error: unknown): LoadingProblem | null {
  if (!(error instanceof Error)) return null;
  const { code = '' } = error as NodeJS.ErrnoException;
  const [message = ''] = error.message.split('\n');
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return { seen: message, repair: 'install the packages with `npm ci` in the directory of Milepost' };
  }
  if (code === 'ERR_DLOPEN_FAILED') {
    const versions = [...error.message.matchAll(/NODE_MODULE_VERSION (\d+)/g)].map((match) => match[1]);
    const seen =
      versions.length === 2
        ? `the native module of better-sqlite3 was built for another Node.js (module version ${versions[0]}, this one has ${versions[1]})`
        : `the native module of better-sqlite3 cannot be loaded (${message})`;
    return { seen, repair: REBUILD };
  }
  if (error.message.includes('Could not locate the bindings file')) {
    return { seen: 'the native module of better-sqlite3 is missing: its install script did not run', repair: REBUILD };
  }
  return null;
}

/** `load`: loads it, and answers with its version. */
export async function nativeModuleFinding(load: () => Promise<string>): Promise<Finding> {
  try {
    return fine('native module', `better-sqlite3 loads, SQLite ${await load()}`);
  } catch (error) {
    const problem = loadingProblem(error);
    if (problem === null) throw error;
    return failure('native module', problem.seen, problem.repair);
  }
}
