import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { newMessage } from "../../src/message-content.js";

/** A store with one conversation, and a message in it that waits. */
export function storeWithMessage(): {
  readonly store: Store;
  readonly messageId: Uint8Array;
  readonly release: () => void;
} {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-client-"));
  const store = openStore(openLibsqlDriver(path.join(folder, "store.db"), new Uint8Array(32).fill(1)));
  const [id, messageId] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  store.conversations.insert({
    id,
    kind: "direct",
    state: "active",
    logId: new Uint8Array(32).fill(3),
    detail: new Uint8Array(1),
    cursorSeq: 0,
    title: "bob",
    invitedBy: undefined,
  });
  store.messages.insert({
    id: messageId,
    conversation: id,
    seq: undefined,
    epoch: 0n,
    senderAccount: new Uint8Array(32),
    senderDevice: new Uint8Array(16),
    at: 0,
    content: new Uint8Array(0),
    state: "pending",
    replyTo: undefined,
    reason: undefined,
    ...newMessage,
  });
  return { store, messageId, release: () => rmSync(folder, { recursive: true }) };
}
