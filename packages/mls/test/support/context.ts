import { bytesKey } from "@redoubt/base";
import { type CipherSuite, createCipherSuite } from "@redoubt/crypto";
import { createNodeProvider } from "@redoubt/crypto/node";
import { type AuthenticationService, defaultRatchetLimits, type MlsContext } from "../../src/index.js";

const provider = await createNodeProvider();
const suites = new Map<number, CipherSuite>();

/** A cipher suite on the Node provider. */
export function suiteOf(id: number): CipherSuite {
  const suite = suites.get(id) ?? createCipherSuite(id, provider);
  suites.set(id, suite);
  return suite;
}

/** Accepts every credential; a client is its signature key. For tests that are not about identity. */
export const acceptAll: AuthenticationService = {
  refuse: () => undefined,
  clientId: (leaf) => bytesKey(leaf.signatureKey),
  isSuccessor: () => true,
};

export function testContext(suiteId: number, overrides: Partial<MlsContext> = {}): MlsContext {
  return {
    suite: suiteOf(suiteId),
    authentication: acceptAll,
    supported: { extensions: [], proposals: [10], credentials: [1, 2] },
    psk: () => undefined,
    ratchetLimits: defaultRatchetLimits,
    maxMembers: 2 ** 20,
    maxLifetime: 2n ** 64n,
    ...overrides,
  };
}
