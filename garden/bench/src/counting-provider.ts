import type { CryptoProvider, KemProvider, SignatureProvider } from "@redoubt/crypto";

export interface Tally {
  calls: number;
  /** Milliseconds. */
  time: number;
}

/** A provider that notes how often each primitive is called and how long it takes. */
export class CountingProvider {
  readonly provider: CryptoProvider;
  readonly tallies = new Map<string, Tally>();
  #isInside = false;

  constructor(counted: CryptoProvider) {
    const count = <Arguments extends unknown[], Result>(name: string, call: (...args: Arguments) => Result) => {
      return (...args: Arguments): Result => this.#count(name, () => call(...args));
    };
    const signature = (of: SignatureProvider): SignatureProvider => ({
      ...of,
      sign: count("sign", of.sign),
      verify: count("verify", of.verify),
    });
    const kem = (of: KemProvider): KemProvider => ({
      ...of,
      deriveKeyPair: count("KEM key pair", of.deriveKeyPair),
      encapsulate: count("encapsulate", of.encapsulate),
      decapsulate: count("decapsulate", of.decapsulate),
      isPublicKey: count("check a KEM key", of.isPublicKey),
    });
    this.provider = {
      ...counted,
      random: count("random", counted.random),
      hash: count("hash", counted.hash),
      hmac: count("HMAC", counted.hmac),
      aeadSeal: count("AEAD seal", counted.aeadSeal),
      aeadOpen: count("AEAD open", counted.aeadOpen),
      signatures: {
        Ed25519: signature(counted.signatures.Ed25519),
        "ECDSA-P256-SHA256": signature(counted.signatures["ECDSA-P256-SHA256"]),
      },
      kems: {
        "DHKEM-X25519": kem(counted.kems["DHKEM-X25519"]),
        "DHKEM-P256": kem(counted.kems["DHKEM-P256"]),
        "X-Wing": kem(counted.kems["X-Wing"]),
      },
    };
  }

  /** A primitive that calls another, such as encapsulation the source of randomness, counts as a whole. */
  #count<Result>(name: string, call: () => Result): Result {
    if (this.#isInside) return call();
    this.#isInside = true;
    const start = performance.now();
    try {
      return call();
    } finally {
      const tally = this.tallies.get(name) ?? { calls: 0, time: 0 };
      tally.calls += 1;
      tally.time += performance.now() - start;
      this.tallies.set(name, tally);
      this.#isInside = false;
    }
  }
}
