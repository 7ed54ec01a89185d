import { createNodeProvider } from "../src/node/index.js";
import type { CryptoProvider } from "../src/provider.js";
import { createWebProvider } from "../src/web/index.js";

/** Both providers, each with its name, for `describe.each`. */
export const bothProviders: readonly (readonly [string, CryptoProvider])[] = [
  ["node", await createNodeProvider()],
  ["web", await createWebProvider()],
];
