/** `/user/*`: clients that log in by name and password get their key back: the name is the key's, the password the key. */
import { type Call, call, success } from './call.ts';
import { failure } from './errors.ts';
import { line, required } from './parameters.ts';
import { STRING } from './shapes.ts';

export const USER_CALLS: readonly Call[] = [
  call(
    {
      path: 'user/auth',
      scope: null,
      summary: 'Exchanges the name of an API key and the key for a session hash',
      takes: { login: required(line(1, 200)), password: required(line(1, 200)) },
      gives: { type: STRING, hash: STRING },
    },
    (given, { operations }) => {
      const caller = operations.findCaller(given.password);
      if (caller === null || caller.keyName !== given.login) return failure(102);
      return success({ type: 'authenticated', hash: given.password.toLowerCase() });
    },
  ),
];
