/** Whether the gateway of these settings is alive, for supervisors that know it only by running something: a container's. */
import { get, type IncomingMessage } from 'node:http';
import { get as getOverTls } from 'node:https';
import type { Command } from './command.ts';
import { optionValue } from './ops/arguments.ts';
import { readTextFile, resolveConfig, settingOptions } from './ops/config.ts';
import type { Config } from './ops/settings.ts';
import { unless, url } from './ops/values.ts';

const ANSWER_MS_MAX = 3000;

export const HEALTHCHECK: Command = {
  usage: 'healthcheck [--ready] [--url URL | --http-host HOST --http-port PORT]',
  summary: 'exit 0 while the gateway answers, 1 while it does not',
  options: {
    ...settingOptions(['http.host', 'http.port', 'http.tls.cert']),
    url: { value: 'URL', meaning: 'where it answers (default as the settings say)' },
    ready: { value: null, meaning: 'ask whether it can accept and commit, not only whether it is alive' },
  },
  operandsMin: 0,
  operandsMax: 0,
  async run(given, host) {
    const { config } = resolveConfig({ flags: given.options, environment: host.environment, readText: readTextFile });
    const address = optionValue(given, 'url', unless('settings', url), 'settings') ?? addressOf(config);
    const place = `${address}/${given.options.has('ready') ? 'readyz' : 'healthz'}`;
    const trouble = await troubleAt(place);
    if (trouble === null) return 0;
    host.complain(`milepost: ${place}: ${trouble}\n`);
    return 1;
  },
};

/** Who listens everywhere is asked on this machine. */
function addressOf(config: Config): string {
  const host = config['http.host'];
  const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const scheme = config['http.tls.cert'] === null ? 'http' : 'https';
  return `${scheme}://${here.includes(':') ? `[${here}]` : here}:${config['http.port']}`;
}

/** Nothing is told and little is believed, so a certificate need not be for the name that this machine asks by. */
function troubleAt(place: string): Promise<string | null> {
  const options = { timeout: ANSWER_MS_MAX, rejectUnauthorized: false };
  return new Promise((resolve) => {
    const responseOnStart = (response: IncomingMessage): void => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode === 200 ? null : `it answers ${statusCode}`);
    };
    const asked = place.startsWith('https:')
      ? getOverTls(place, options, responseOnStart)
      : get(place, options, responseOnStart);
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${ANSWER_MS_MAX} ms`)));
    asked.once('error', (error) => resolve(error.message));
  });
}
