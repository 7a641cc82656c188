/** `/user/*`: clients that log in. The name is a key's, the password the key; what they get is a session with its rights. */
import { success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { line, required } from './parameters.ts';
import { STRING } from './shapes.ts';

export const USER_CALLS: readonly Call[] = [
  call(
    {
      path: 'user/auth',
      scope: null,
      summary: 'Exchanges the name of an API key and the key for a session hash',
      takes: { login: required(line(1, 255)), password: required(line(1, 200)) },
      gives: { type: STRING, hash: STRING },
    },
    ({ login, password }, { operations }) => {
      const hash = operations.openSession(login, password);
      return hash === null ? failure(102) : success({ type: 'authenticated', hash });
    },
  ),
  call(
    { path: 'user/logout', scope: 'anyone', summary: 'Ends the session; a key has none to end', takes: {}, gives: {} },
    (_parameters, { operations }, _pen, caller) => {
      return caller !== null && operations.closeSession(caller) ? success() : failure(13);
    },
  ),
  // Every use prolongs a session, so this one has no more to do.
  call(
    { path: 'user/session/renew', scope: 'anyone', summary: 'Prolongs the session', takes: {}, gives: {} },
    (_parameters, _desk, _pen, caller) => (caller?.session ? success() : failure(13)),
  ),
];
