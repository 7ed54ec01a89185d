const form = /^[a-z][a-z0-9_]{2,31}$/;

/** Whether a text may be a user name: 3 to 32 of `a-z`, `0-9` and `_`, of which the first is a letter. */
export function isUsername(text: string): boolean {
  return form.test(text);
}
