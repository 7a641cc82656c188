#!/usr/bin/env node
/** The program: hands the process to the command line and leaves with its code. */
import { run } from './cli.ts';
import { processEnvironment } from './ops/config.ts';

const code = await run(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  input: process.stdin,
  isTerminal: process.stdout.isTTY === true,
  environment: processEnvironment(),
  signals: process,
  exit: (exitCode) => process.exit(exitCode),
});
process.exitCode = code;
