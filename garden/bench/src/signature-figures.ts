import { generateKeyPairSync, sign, verify } from "node:crypto";
import type { CryptoProvider } from "@redoubt/crypto";
import { PrivateKey } from "@signalapp/libsignal-client";
import { compare, type Figure } from "./figure.js";
import { type Racer, race, timed } from "./measure.js";

/** About what is signed of a message of 300 bytes. */
const signed = new Uint8Array(420).fill(0x61);
const batch = 10;

/**
 * One signature and one verification by themselves: the floor under every sealed and opened message. libsignal's are
 * XEdDSA, the same curve in native code.
 */
export async function signatureFigures(providers: readonly CryptoProvider[], rounds: number): Promise<Figure[]> {
  const ours = providers.map(providerRacer);
  const peers = [libsignalRacer(), nodeCryptoRacer()];
  const medians = await race([...ours, ...peers], { rounds, warmUp: Math.ceil(rounds / 4) });
  const peerNames = peers.map(({ name }) => name);
  return ours.flatMap(({ name }) =>
    compare("One Ed25519 signature of 420 bytes, Node", medians, name, () => peerNames),
  );
}

function providerRacer({ name, random, signatures }: CryptoProvider): Racer {
  const { privateKey, publicKey } = signatures.Ed25519.generateKeyPair(random);
  const signature = signatures.Ed25519.sign(privateKey, signed);
  return racer(
    `redoubt (${name})`,
    () => signatures.Ed25519.sign(privateKey, signed),
    () => signatures.Ed25519.verify(publicKey, signed, signature),
  );
}

function libsignalRacer(): Racer {
  const privateKey = PrivateKey.generate();
  const publicKey = privateKey.getPublicKey();
  const signature = privateKey.sign(signed);
  return racer(
    "libsignal",
    () => privateKey.sign(signed),
    () => publicKey.verify(signed, signature),
  );
}

function nodeCryptoRacer(): Racer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signature = sign(null, signed, privateKey);
  return racer(
    "node:crypto",
    () => sign(null, signed, privateKey),
    () => verify(null, signed, publicKey, signature),
  );
}

function racer(name: string, signOnce: () => unknown, verifyOnce: () => boolean): Racer {
  return {
    name,
    async turn() {
      const signing = await timed(async () => {
        for (let i = 0; i < batch; i++) signOnce();
      });
      const verifying = await timed(async () => {
        for (let i = 0; i < batch; i++) if (!verifyOnce()) throw new Error(`${name} refuses its own signature`);
      });
      return { sign: signing.time / batch, verify: verifying.time / batch };
    },
  };
}
