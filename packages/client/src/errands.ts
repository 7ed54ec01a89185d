import { CodedError, concatBytes, decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  encodeLetterBody,
  hashingOf,
  type LetterBody,
  type ReadyWelcome,
  sealLetter,
  standingOf,
} from "@redoubt/conversation";
import { verifyChain } from "@redoubt/identity";
import type { Store } from "@redoubt/store";
import { RelayError, type Session, type Transport } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";
import { takeKeyPackages } from "./directory.js";
import { encodeLetterItem, encodeWelcomeItem } from "./inbox-item.js";
import type { OwnDevice } from "./own-device.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What is done elsewhere than in a log. It is stored, and done until it is done. */
export type Errand =
  /** Posts a welcome to a device's inbox. */
  | { readonly kind: "welcome"; readonly inboxId: Uint8Array; readonly item: Uint8Array }
  /** Writes to the devices of an account, or to one of them. */
  | { readonly kind: "letter"; readonly to: Addressee; readonly body: Uint8Array }
  /** Tells how we stand in a conversation, once we have caught up. */
  | {
      readonly kind: "standing";
      readonly to: Addressee;
      readonly conversation: Uint8Array;
      readonly wantsAnswer: boolean;
    }
  /** Changes the owner's key of a conversation's log to this one. */
  | { readonly kind: "owner-key"; readonly conversation: Uint8Array; readonly ownerSeed: Uint8Array }
  /** Creates the log that a conversation has moved to. */
  | { readonly kind: "create-log"; readonly conversation: Uint8Array }
  /** Puts the ratchet tree of a large group where the welcomes that follow say that it is. */
  | {
      readonly kind: "tree";
      readonly conversation: Uint8Array;
      readonly blobId: Uint8Array;
      readonly key: Uint8Array;
      readonly bytes: Uint8Array;
    }
  /**
   * Enters by a welcome for which something is missing yet: its ratchet tree has to be fetched, or the log has to tell that
   * we were put out of the group before. `item`: as it lay in our inbox.
   */
  | { readonly kind: "enter"; readonly item: Uint8Array };

export interface Addressee {
  /** 32 bytes. */
  readonly account: Uint8Array;
  /** 16 bytes; every device without one. */
  readonly device: Uint8Array | undefined;
}

export function addErrand(store: Store, errand: Errand): void {
  store.errands.add(errand.kind, encodeCbor(fieldsOf(errand)));
}

export function welcomeErrand(welcome: ReadyWelcome): Errand {
  return { kind: "welcome", inboxId: welcome.inboxId, item: encodeWelcomeItem(welcome) };
}

export function letterErrand(to: Addressee, body: LetterBody): Errand {
  return { kind: "letter", to, body: encodeLetterBody(body) };
}

function fieldsOf(errand: Errand): Parameters<typeof encodeCbor>[0] {
  switch (errand.kind) {
    case "welcome":
      return [errand.inboxId, errand.item];
    case "letter":
      return [errand.to.account, errand.to.device ?? null, errand.body];
    case "standing":
      return [errand.to.account, errand.to.device ?? null, errand.conversation, errand.wantsAnswer];
    case "owner-key":
      return [errand.conversation, errand.ownerSeed];
    case "create-log":
      return [errand.conversation];
    case "tree":
      return [errand.conversation, errand.blobId, errand.key, errand.bytes];
    case "enter":
      return [errand.item];
  }
}

function decodeErrand(kind: string, payload: Uint8Array): Errand | undefined {
  const fields = decodeCbor(payload) as readonly unknown[];
  const [a, b, c, d] = fields as readonly [Uint8Array, Uint8Array | null, Uint8Array, boolean | Uint8Array];
  const to = { account: a, device: b ?? undefined };
  switch (kind) {
    case "welcome":
      return { kind, inboxId: a, item: b as Uint8Array };
    case "letter":
      return { kind, to, body: c };
    case "standing":
      return { kind, to, conversation: c, wantsAnswer: d === true };
    case "owner-key":
      return { kind, conversation: a, ownerSeed: b as Uint8Array };
    case "create-log":
      return { kind, conversation: a };
    case "tree":
      return { kind, conversation: a, blobId: b as Uint8Array, key: c, bytes: d as Uint8Array };
    case "enter":
      return { kind, item: a };
    default:
      return undefined;
  }
}

export interface ErrandPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
  readonly transport: Transport;
  /** Whether all that the relays have for us is taken in: who is behind does not say how it stands. */
  readonly isCaughtUp: () => boolean;
  /** What is done at a conversation's log: see `owner-keys.ts`. */
  readonly atLog: (errand: Extract<Errand, { kind: "owner-key" | "create-log" }>) => Promise<void>;
  /** What is done with trees and early welcomes: see `late-welcomes.ts`. */
  readonly withWelcome: (errand: Extract<Errand, { kind: "tree" | "enter" }>) => Promise<void>;
}

/** An errand has to wait for something else than the relay. */
export class NotYet extends Error {}

/**
 * Runs the errands that wait, in order; one that fails for now does not hold up the others. Each is done on connections
 * of its own, so that the relay does not see that two belong together.
 */
export async function runErrands(ports: ErrandPorts): Promise<void> {
  const { store } = ports;
  let isTreeMissing = false;
  for (const { position, kind, payload } of store.errands.list()) {
    const errand = decodeErrand(kind, payload);
    // Whoever is welcomed must find the tree.
    if (errand?.kind === "welcome" && isTreeMissing) continue;
    try {
      if (errand !== undefined) await run(ports, errand);
    } catch (error) {
      // A refusal that no retry mends: the inbox is gone with its device.
      const isFinal = error instanceof CodedError && !error.retry && error.code !== "closed";
      if (!isFinal) {
        isTreeMissing ||= errand?.kind === "tree";
        continue;
      }
    }
    store.errands.delete(position);
  }
}

async function run(ports: ErrandPorts, errand: Errand): Promise<void> {
  switch (errand.kind) {
    case "welcome":
      return post(ports, errand.inboxId, errand.item);
    case "letter":
      return writeLetter(ports, errand.to, errand.body);
    case "standing": {
      if (!ports.isCaughtUp()) throw new NotYet();
      const { conversation, wantsAnswer } = errand;
      const standing = standingOf(ports.conversations.get(conversation));
      if (standing === undefined) return;
      return writeLetter(ports, errand.to, encodeLetterBody({ kind: "standing", conversation, standing, wantsAnswer }));
    }
    case "tree":
    case "enter":
      return ports.withWelcome(errand);
    default:
      return ports.atLog(errand);
  }
}

async function post({ context, transport }: ErrandPorts, inboxId: Uint8Array, item: Uint8Array): Promise<void> {
  const { sha256 } = hashingOf(context.provider);
  await transport.errand(async (session) => {
    const stamp = await session.stamp(sha256(concatBytes(inboxId, item)));
    await session.request("post", [inboxId, item, null, stamp]);
  });
}

async function writeLetter(ports: ErrandPorts, { account, device }: Addressee, body: Uint8Array): Promise<void> {
  const { context, transport, own } = ports;
  const chain = await transport.errand((session) => lookUpAccount(session, account));
  const state = verifyChain(hashingOf(context.provider), chain);
  if (!equalBytes(state.accountId, account)) throw new RelayError("unknown-user", null);
  const taken = await transport.errand((session) => takeKeyPackages(session, state, own.device.deviceId));
  for (const { inboxId, keyPackage, deviceId } of taken) {
    if (device !== undefined && !equalBytes(deviceId, device)) continue;
    const letter = sealLetter(context, { chain: own.chain, signatureKeys: own.keys }, keyPackage, body);
    await post(ports, inboxId, encodeLetterItem(letter));
  }
}

async function lookUpAccount(session: Session<AnonymousOp>, account: Uint8Array): Promise<readonly Uint8Array[]> {
  const [chain] = await session.request("lookup-account", [account]);
  return chain;
}
