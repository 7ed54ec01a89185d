import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { median, type Sample, timed } from "./measure.js";
import { environmentOf, Online, runCommand } from "./online-client.js";
import type { RelayProgram } from "./relay-program.js";

const messages = 30;
const starts = 5;

/**
 * Two people, each a process of `redoubt rpc` with a home on disk.
 *
 * @returns medians in milliseconds: `message` from giving the command `send` to the other process's event, `start` of
 *   `redoubt whoami` from before the process to after it
 */
export async function measurePeople(relay: RelayProgram): Promise<Sample> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-bench-"));
  const ofAlice = environmentOf(path.join(folder, "alice"), relay.url);
  const ofBob = environmentOf(path.join(folder, "bob"), relay.url);
  try {
    await runCommand(["register", "alice"], ofAlice);
    await runCommand(["register", "bob"], ofBob);
    const message = await measureMessages(new Online(ofAlice), new Online(ofBob));
    const times: number[] = [];
    for (let i = 0; i < starts; i++) times.push((await timed(() => runCommand(["whoami"], ofAlice))).time);
    return { message, start: median(times) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureMessages(alice: Online, bob: Online): Promise<number> {
  const times: number[] = [];
  alice.tell("dm", "@bob");
  alice.tell("send", "@bob", "first");
  const { conversation } = await bob.next((event) => event["event"] === "request");
  bob.tell("accept", String(conversation));
  for (let i = 0; i < messages; i++) {
    const text = `message ${i}`;
    const start = performance.now();
    alice.tell("send", "@bob", text);
    await bob.next((event) => event["event"] === "message" && event["text"] === text);
    times.push(performance.now() - start);
  }
  await Promise.all([alice.end(), bob.end()]);
  return median(times);
}
