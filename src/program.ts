/** The process as the command line sees it. */
import { run } from './cli.ts';
import { processEnvironment } from './ops/config.ts';

export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    write: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
    input: process.stdin,
    isTerminal: process.stdout.isTTY === true,
    environment: processEnvironment(),
    signals: process,
    exit: (exitCode) => process.exit(exitCode),
  });
}
