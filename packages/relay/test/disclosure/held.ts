import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { BlobClient } from "../blob-client.js";
import { type LogKeys, newKey, newLog, random, sha256 } from "../test-client.js";
import { addDevice, newPerson, type Person, register, signIn } from "../test-person.js";
import type { TestRelay } from "../test-relay.js";

/** What was put on a relay. */
export interface Held {
  readonly alice: Person;
  readonly log: LogKeys;
  readonly blob: BlobClient;
}

/** Puts something of every kind on a relay: two accounts, one with two devices, and a log with a file. */
export async function fill(relay: TestRelay): Promise<Held> {
  const anonymous = await relay.connect();
  const [alice, bob] = [newPerson("alice"), newPerson("bob")];
  for (const person of [alice, bob]) {
    await register(anonymous, person);
    const named = await relay.connect("named");
    await signIn(named, person, person.device);
    await named.call("publish-key-packages", [[random(900), random(900), random(900)], random(900)]);
    await named.call("set-token", [sha256(random(32)), 50]);
    for (let item = 0; item < 3; item++) {
      const bytes = random(700);
      const stamp = anonymous.stamp(sha256(new Uint8Array([...person.inboxId, ...bytes])));
      await anonymous.call("post", [person.inboxId, bytes, null, stamp]);
    }
    if (person !== alice) continue;
    const { entry } = addDevice(alice, alice.account, newKey(), random(16), alice.device);
    await named.call("append-entry", [entry]);
  }
  const log = newLog();
  await anonymous.createLog(log);
  await anonymous.prove(log.logId, log.write);
  for (let entry = 0; entry < 40; entry++) await anonymous.append(log.logId, random(512));
  const blob = new BlobClient(() => relay.relay.url, log, 5_000);
  await blob.create();
  await blob.append(0, Buffer.from(random(5_000)));
  return { alice, log, blob };
}

/** Every file below a folder, by its path with slashes. */
export function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ name, parentPath }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file).split(path.sep).join("/"), readFileSync(file)];
    }),
  );
}

/** The rows of a file of rows. */
export function rowsIn(file: Buffer | undefined): readonly Readonly<Record<string, unknown>>[] {
  const lines = (file ?? Buffer.alloc(0)).toString().split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}
