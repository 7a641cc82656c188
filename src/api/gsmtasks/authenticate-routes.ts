/** `/authenticate/` and `/logout/`: the user is the name of a key, the password the key, and so is the token. */
import type { FastifyInstance } from 'fastify';
import { fault, NO_FIELD, sendFaults } from '../rest/faults.ts';
import { readFields, text } from '../rest/fields.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { linksOf } from './links.ts';

const CREDENTIALS = { username: text(255), password: text(255), client_id: text(255) };

export function addAuthenticateRoutes(app: FastifyInstance, { operations, publicUrl }: GsmtasksDesk): void {
  app.post(
    '/authenticate/',
    {
      config: { access: { kind: 'open' } },
      schema: { summary: 'Exchanges the name of an API key and the key for a token: the key' },
    },
    async (request, reply) => {
      const read = readFields(request.body, CREDENTIALS, ['username', 'password']);
      if ('faults' in read) return sendFaults(reply, read.faults);
      const { username = '', password = '' } = read.value;
      const caller = operations.findCaller(password);
      // A session is no password: it ends, and a token does not.
      if (caller === null || caller.keyName !== username || caller.session !== null) {
        return sendFaults(reply, fault(NO_FIELD, 'Unable to log in with the given credentials.'));
      }
      const account = operations.accountUuid();
      const user = linksOf(request, publicUrl)('users', operations.userOfKey(caller.keyName));
      return { token: password, user, account, accounts: [account] };
    },
  );
  app.post(
    '/logout/',
    asking('anyone', { summary: 'Ends a session; a token does not end' }),
    async (request, reply) => {
      if (request.caller !== null) operations.closeSession(request.caller);
      return reply.code(201).send();
    },
  );
}
