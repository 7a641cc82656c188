/** The owner's preferences: one record, which is made when the first of them is set. */
import type { Account } from '../model/records.ts';
import type { Store } from '../store/store.ts';

type Preferences = Omit<Account, 'id'>;

export interface AccountOperations {
  account(): Preferences;
  /** What is not mentioned stays as it is. */
  editAccount(edit: Partial<Preferences>): void;
}

const NO_PREFERENCES: Preferences = { timeZone: null, extra: {} };

export function accountOperations({ store }: { readonly store: Pick<Store, 'records'> }): AccountOperations {
  const { records } = store;
  return {
    account: () => records.list('account')[0] ?? NO_PREFERENCES,
    editAccount({ extra = {}, ...edit }) {
      const [before] = records.list('account');
      const next = { ...(before ?? NO_PREFERENCES), ...edit, extra: { ...before?.extra, ...extra } };
      if (before === undefined) records.create('account', next);
      else records.update('account', { ...next, id: before.id });
    },
  };
}
