import sodium from "libsodium-wrappers";

/** libsodium compiled to WebAssembly, which is part of the module: nothing is fetched. */
export type Sodium = typeof sodium;

/** Resolves when libsodium can be called; from then on every call is synchronous. */
export async function loadSodium(): Promise<Sodium> {
  await sodium.ready;
  return sodium;
}
