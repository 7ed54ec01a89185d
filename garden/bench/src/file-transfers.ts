import { rmSync } from "node:fs";
import path from "node:path";
import { type Sample, timed } from "./measure.js";
import { environmentOf, Online, runCommand } from "./online-client.js";
import { peakMemoryOf } from "./process-cost.js";
import type { RelayProgram } from "./relay-program.js";

/**
 * A file from one person to another: `send` by one process until the relay has message and file, `save` by another.
 *
 * @returns milliseconds, `up` and `down`, and peak resident memory in bytes of who sends, who saves and the relay
 */
export async function measureTransfer(relay: RelayProgram, file: string, folder: string): Promise<Sample> {
  const [ofAlice, ofBob] = ["alice", "bob"].map((name) => environmentOf(path.join(folder, name), relay.url));
  if (ofAlice === undefined || ofBob === undefined) throw new Error("nobody");
  await runCommand(["register", "alice"], ofAlice);
  await runCommand(["register", "bob"], ofBob);
  const [alice, bob] = [new Online(ofAlice), new Online(ofBob)];
  alice.tell("send", "@bob", "hello");
  const { conversation } = await bob.next((event) => event["event"] === "request");
  bob.tell("accept", String(conversation));
  const up = await timed(async () => {
    alice.tell("send", "@bob", "", "--file", file);
    await alice.next((event) => event["event"] === "message-state" && event["state"] === "sent" && hasFile(event));
  });
  const { message } = await bob.next((event) => event["event"] === "message" && hasFile(event));
  const saved = path.join(folder, "saved");
  const down = await timed(async () => {
    bob.tell("save", String(conversation), String(message), saved);
    await bob.next((event) => event["file"] === saved);
  });
  const memory = { sender: peakMemoryOf(alice.pid), saver: peakMemoryOf(bob.pid), relay: relay.peakMemory() };
  await Promise.all([alice.end(), bob.end()]);
  rmSync(saved);
  return { up: up.time, down: down.time, ...memory };
}

function hasFile(event: Readonly<Record<string, unknown>>): boolean {
  const { attachments } = event;
  return Array.isArray(attachments) && attachments.length > 0;
}
