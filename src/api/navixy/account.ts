/** The one account there is; Navixy clients expect its id on every object. */
export const USER_ID = 1;
