/**
 * Both versions of ts-mls write and read the key of the `external_pub` extension bare. By RFC 9420 §12.4.3.2 it is a
 * vector, with its length before it. The drivers keep to the RFC: they hand the peer a suite whose HPKE wraps the key
 * on its way out, or unwraps it on its way in. What the peers do by themselves: test/faults/external-pub.test.ts.
 */
interface Suite {
  readonly hpke: {
    exportPublicKey(key: unknown): Promise<Uint8Array>;
    importPublicKey(bytes: Uint8Array): Promise<unknown>;
  };
}

/** The suite to make a group info with: keys come out as vectors. */
export function writingExternalPub<S extends Suite>(suite: S): S {
  const exportPublicKey = async (key: unknown) => vector(await suite.hpke.exportPublicKey(key));
  return { ...suite, hpke: { ...suite.hpke, exportPublicKey } };
}

/** The suite to join by a group info with: among the keys that go in, `externalPub` is a vector. */
export function readingExternalPub<S extends Suite>(suite: S, externalPub: Uint8Array | undefined): S {
  const importPublicKey = (bytes: Uint8Array) =>
    suite.hpke.importPublicKey(bytes === externalPub ? contentOf(bytes) : bytes);
  return { ...suite, hpke: { ...suite.hpke, importPublicKey } };
}

/** A variable-size vector of less than 2^14 bytes (RFC 9420 §2.1.2). */
function vector(content: Uint8Array): Uint8Array {
  const { length } = content;
  const header = length < 64 ? [length] : [0x40 | (length >> 8), length & 0xff];
  return Uint8Array.of(...header, ...content);
}

function contentOf(encoded: Uint8Array): Uint8Array {
  return encoded.slice(encoded[0]! < 0x40 ? 1 : 2);
}
