/**
 * Whether this Node.js can run the program. It is the first thing that runs, so it imports nothing and is written in
 * words that an old one understands: what comes after it may not even be read there.
 */

/** As `engines` in package.json says. */
export const NODE_LEAST = '20.20.0';

/** null = it can. Else one line that ends with the repair. */
export function runtimeProblem(version: string): string | null {
  const found = version.split('.').map(Number);
  const least = NODE_LEAST.split('.').map(Number);
  for (let i = 0; i < least.length; i++) {
    const difference = Number(found[i]) - Number(least[i]);
    if (difference > 0) return null;
    if (difference < 0) return `Node.js ${version} is too old, ${NODE_LEAST} or newer is needed: ${NODE_REPAIR}`;
  }
  return null;
}

const NODE_REPAIR = 'install Node.js 22 or 24 (https://nodejs.org), then run `npm ci` once more';
