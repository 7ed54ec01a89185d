import { createHash } from "node:crypto";
import type { Random } from "@redoubt/base";
import { type CipherSuite, createCipherSuite } from "@redoubt/crypto";
import { createNodeProvider } from "@redoubt/crypto/node";

const provider = await createNodeProvider();

/** A source whose draws follow from the seed. */
export function seededRandom(seed: number): Random {
  let draw = 0;
  return (length) => {
    const bytes = createHash("shake256", { outputLength: Math.max(1, length) })
      .update(`${seed}/${draw++}`)
      .digest();
    return new Uint8Array(bytes.subarray(0, length));
  };
}

/** A cipher suite whose every draw follows from the seed. */
export function seededSuite(id: number, seed: number): CipherSuite {
  return createCipherSuite(id, provider, { random: seededRandom(seed) });
}
