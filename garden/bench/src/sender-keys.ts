import { randomUUID } from "node:crypto";
import {
  groupDecrypt,
  groupEncrypt,
  ProtocolAddress,
  processSenderKeyDistributionMessage,
  SenderKeyDistributionMessage,
  type SenderKeyRecord,
  SenderKeyStore,
} from "@signalapp/libsignal-client";
import type { Line } from "./messages.js";

class MemoryStore extends SenderKeyStore {
  readonly #records = new Map<string, SenderKeyRecord>();

  override async saveSenderKey(sender: ProtocolAddress, id: string, record: SenderKeyRecord): Promise<void> {
    this.#records.set(`${sender.toString()} ${id}`, record);
  }

  override async getSenderKey(sender: ProtocolAddress, id: string): Promise<SenderKeyRecord | null> {
    return this.#records.get(`${sender.toString()} ${id}`) ?? null;
  }
}

/** Sender keys of libsignal, native code: one sender, one receiver, stores in memory. */
export async function openSenderKeyLine(): Promise<Line> {
  const sender = ProtocolAddress.new(randomUUID(), 1);
  const distributionId = randomUUID();
  const [sending, receiving] = [new MemoryStore(), new MemoryStore()];
  const distribution = await SenderKeyDistributionMessage.create(sender, distributionId, sending);
  await processSenderKeyDistributionMessage(sender, distribution, receiving);
  return {
    name: "libsignal sender keys",
    async seal(data) {
      return (await groupEncrypt(sender, distributionId, sending, data as Uint8Array<ArrayBuffer>)).serialize();
    },
    open: (message) => groupDecrypt(sender, receiving, message as Uint8Array<ArrayBuffer>),
  };
}
