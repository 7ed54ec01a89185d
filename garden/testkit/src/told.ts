/** Notes what a program said, where a test takes notes of which errors were told (scripts/error-codes). */
export function told(text: string): void {
  const recorder = (globalThis as { readonly [name: symbol]: unknown })[Symbol.for("redoubt.error-codes")];
  if (typeof recorder === "function") recorder(text);
}
