import { createHmac } from "node:crypto";
import { utf8 } from "@redoubt/base";
import {
  type ConversationState,
  enterConversation,
  type LogEntry,
  openGroup,
  type ReadyWelcome,
  sealContent,
  takeEntry,
} from "@redoubt/conversation";
import { paddedLength } from "@redoubt/crypto";
import type { OwnKeyPackage } from "@redoubt/mls";
import { context, home, lifetime, now, Person, provider } from "./person.js";

/** A group of two as it is after its opening, and what brought it there. */
export interface Talk {
  readonly alice: Person;
  readonly bob: Person;
  readonly opening: ConversationState;
  readonly ofAlice: ConversationState;
  readonly ofBob: ConversationState;
  readonly bobsPackage: OwnKeyPackage;
  readonly welcome: ReadyWelcome;
}

/** Alice opens a group with Bob in it. */
export function beginTalk(): Talk {
  const [alice, bob] = [new Person("alice"), new Person("bob")];
  const bobsPackage = bob.publish();
  const opened = openGroup(context, {
    identity: alice.identity,
    lifetime,
    owner: alice.account.accountId,
    title: "a talk",
    relay: home,
    invited: [{ inboxId: bob.device.inboxId, keyPackage: bobsPackage.keyPackage }],
    now,
  });
  const { state, taken } = takeEntry(context, opened.state, { seq: 1, ...opened }, opened);
  const [welcome] = taken.kind === "commit" ? taken.welcomes : [];
  if (welcome === undefined) throw new Error("the opening brings nobody in");
  const entered = enterConversation(context, [bobsPackage], welcome.welcome, welcome.position);
  return { alice, bob, opening: opened.state, ofAlice: state, ofBob: entered.state, bobsPackage, welcome };
}

/** An entry that a member seals as every entry is, around whatever it likes. */
export function sealAround(state: ConversationState, content: Uint8Array, entryId: Uint8Array): LogEntry {
  const { logSecret, logId } = state.access;
  // HKDF-Expand (RFC 5869 §2.3), one block.
  const expand = createHmac("sha256", logSecret).update(utf8("redoubt/envelope/v1")).update(entryId).update("\x01");
  const key = new Uint8Array(expand.digest());
  const padded = new Uint8Array(paddedLength(content.length + 1));
  padded.set(content);
  padded[content.length] = 0x80;
  const bytes = provider.aeadSeal("ChaCha20-Poly1305", key, new Uint8Array(12), logId, padded);
  return { seq: state.position.seq + 1, entryId, bytes };
}

/** What a member's next message is, within its envelope, as bytes that can be bent. */
export function contentEntry(state: ConversationState, content: Uint8Array): LogEntry {
  const { entryId, bytes } = sealContent(context, state, content);
  return { seq: state.position.seq + 1, entryId, bytes };
}
