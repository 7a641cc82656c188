#!/usr/bin/env node
/**
 * The program: hands the process to the command line and leaves with its code. Nothing else is loaded before the runtime
 * is known to understand it.
 */
import { runtimeProblem } from './ops/runtime.ts';

const problem = runtimeProblem(process.versions.node);
if (problem === null) {
  import('./program.ts').then(({ main }) => main(), explain);
} else {
  process.stderr.write(`milepost: ${problem}\n`);
  process.exitCode = 1;
}

/** Packages that were never installed, or only some of them. */
function explain(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    `milepost: ${error.message}: install the packages with \`npm ci\` in the directory of Milepost\n`,
  );
  process.exitCode = 1;
}
