import { asSecret, decodeCbor, encodeCbor, type Secret } from "@redoubt/base";
import type { ConversationContext } from "@redoubt/conversation";
import {
  decodeMessage,
  encodeMessage,
  generateKeyPackage,
  isLastResort,
  type KeyPackage,
  keyPackageRef,
  MlsError,
  type OwnKeyPackage,
} from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { Session } from "@redoubt/transport";
import type { NamedOp } from "@redoubt/wire";
import { mlsIdentity, type OwnDevice } from "./own-device.js";

/** One-time key packages that the relay should hold for us, and how few make us publish more. */
const wanted = 20;
const few = 10;

const daySeconds = 86_400n;
const period = 90n * daySeconds;

/**
 * The lifetime of a key package: a quarter of 90 days of a calendar that is the same for everybody, from a day before it
 * for clocks that are behind, to nine days after it for those that are made at its end. It tells the quarter in which the
 * package was made, and nothing finer.
 *
 * @param now milliseconds since 1970
 */
export function keyPackageLifetime(now: number) {
  const seconds = BigInt(Math.floor(now / 1000));
  const begin = seconds - (seconds % period);
  return { notBefore: begin - daySeconds, notAfter: begin + period + 9n * daySeconds };
}

/** A key package in an MLSMessage, as it is published. @throws MlsError `malformed`, `unsupported` */
export function parseKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decodeMessage(bytes);
  if (message.kind !== "keyPackage") throw new MlsError("unsupported", `a ${message.kind} is no key package`);
  return message.keyPackage;
}

function encodeKeyPackage(keyPackage: KeyPackage): Uint8Array {
  return encodeMessage({ kind: "keyPackage", keyPackage });
}

function encodeOwn({ keyPackage, initPrivateKey, encryptionPrivateKey }: OwnKeyPackage): Secret {
  return asSecret(encodeCbor([1, encodeKeyPackage(keyPackage), initPrivateKey, encryptionPrivateKey]));
}

function decodeOwn(bytes: Secret, own: OwnDevice): OwnKeyPackage {
  const value = decodeCbor(bytes) as readonly [number, Uint8Array, Uint8Array, Uint8Array];
  return {
    keyPackage: parseKeyPackage(value[1]),
    initPrivateKey: asSecret(value[2]),
    encryptionPrivateKey: asSecret(value[3]),
    signaturePrivateKey: asSecret(own.keys.privateKey),
  };
}

/** Keeps a key package that is handed over in another way than by the directory. @returns its reference */
export function keepKeyPackage(context: ConversationContext, store: Store, made: OwnKeyPackage): Uint8Array {
  const ref = keyPackageRef(context.mls, made.keyPackage);
  store.keyPackages.insert({ ref, value: encodeOwn(made), isLastResort: false, isPublished: true });
  return ref;
}

/** Our key packages among those that a welcome is for. */
export function findKeyPackages(store: Store, own: OwnDevice, references: readonly Uint8Array[]): OwnKeyPackage[] {
  return references.flatMap((ref) => {
    const stored = store.keyPackages.get(ref);
    return stored === undefined ? [] : [decodeOwn(stored.value, own)];
  });
}

/** Forgets a key package that was used, unless it is the last resort. Within the transaction that joins. */
export function forgetKeyPackage(context: ConversationContext, store: Store, used: KeyPackage): void {
  if (!isLastResort(used)) store.keyPackages.delete(keyPackageRef(context.mls, used));
}

/**
 * Keeps enough key packages on the relay. They are stored before they are published: a welcome for one that we do not
 * have would be lost.
 */
export async function publishKeyPackages(
  context: ConversationContext,
  store: Store,
  own: OwnDevice,
  session: Session<NamedOp>,
  now: number,
): Promise<void> {
  const [count, hasLastResort] = await session.request("count-key-packages", []);
  if (count >= few && hasLastResort) return;
  const make = (lastResort: boolean) => {
    const made = generateKeyPackage(context.mls, mlsIdentity(own), { lifetime: keyPackageLifetime(now), lastResort });
    const ref = keyPackageRef(context.mls, made.keyPackage);
    store.keyPackages.insert({ ref, value: encodeOwn(made), isLastResort: lastResort, isPublished: false });
    return { ref, bytes: encodeKeyPackage(made.keyPackage) };
  };
  const { oneTime, lastResort } = store.transaction(() => ({
    oneTime: Array.from({ length: Math.max(0, wanted - count) }, () => make(false)),
    lastResort: hasLastResort ? undefined : make(true),
  }));
  const bytes = oneTime.map((made) => made.bytes);
  await session.request("publish-key-packages", [bytes, lastResort?.bytes ?? null]);
  store.transaction(() => {
    for (const { ref } of oneTime) store.keyPackages.markPublished(ref);
    if (lastResort !== undefined) store.keyPackages.markPublished(lastResort.ref);
  });
}
