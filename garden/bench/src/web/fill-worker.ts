import { encodeMimiContent, textMessage } from "@redoubt/conversation";
import { openStore, type Store } from "@redoubt/store";
import { openHomeKey, openSqliteDriver, openSqlitePool } from "@redoubt/store/web";
import { createCorpus } from "../search-corpus.js";

/** How much of a past a home is given. */
export interface Filling {
  readonly messages: number;
  readonly conversations: number;
}

/** Messages written in one transaction. */
const batch = 1_000;

/** Writes a past into the home of this origin, which no engine has open: messages before all that were really said. */
async function fill({ messages, conversations }: Filling): Promise<void> {
  const pool = await openSqlitePool();
  const store = openStore(openSqliteDriver(pool, "store.db", await openHomeKey()));
  const [real] = store.conversations.list();
  const [peer] = store.contacts.list();
  if (real === undefined || peer === undefined) throw new Error("nobody has talked here yet");
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  store.transaction(() => {
    for (let n = 0; n < conversations; n++) {
      const row = { kind: "direct", state: "left", logId: random(32), detail: real.detail } as const;
      const title = `person ${n}`;
      store.conversations.insert({ ...row, id: random(32), cursorSeq: 0, title, invitedBy: undefined });
    }
  });
  const { text } = createCorpus();
  for (let from = 0; from < messages; from += batch) {
    store.transaction(() => {
      for (let n = from; n < from + batch; n++) {
        insert(store, { conversation: real.id, sender: peer.accountId, seq: n - messages, said: text(n), random });
      }
    });
  }
  store.close();
}

function insert(
  store: Store,
  row: {
    readonly conversation: Uint8Array;
    readonly sender: Uint8Array;
    readonly seq: number;
    readonly said: string;
    readonly random: (length: number) => Uint8Array;
  },
): void {
  const id = row.random(32);
  store.messages.insert({
    id,
    conversation: row.conversation,
    seq: row.seq,
    epoch: 1n,
    senderAccount: row.sender,
    senderDevice: new Uint8Array(16),
    at: 1_790_000_000_000 + row.seq * 60_000,
    content: encodeMimiContent(textMessage(row.random, row.said)),
    state: "received",
    replyTo: undefined,
    reason: undefined,
    kind: "shown",
    fate: "kept",
    target: undefined,
    thread: undefined,
    mentionsUs: false,
    expiresAfter: undefined,
    expiresAt: undefined,
  });
  store.search.index(id, row.said);
}

self.onmessage = ({ data }: MessageEvent<Filling>) => {
  fill(data).then(
    () => postMessage("filled"),
    (error: unknown) => postMessage(error instanceof Error ? error.message : String(error)),
  );
};
