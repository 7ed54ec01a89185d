import type { SuiteId } from "@redoubt/peers/peer";
import type { Contestant } from "./contestant.js";
import { type Racer, type Sample, timed } from "./measure.js";

/** A sender and a receiver: what one seals the other opens. */
export interface Line {
  readonly name: string;
  seal(data: Uint8Array): Promise<Uint8Array>;
  open(message: Uint8Array): Promise<unknown>;
}

const plaintext = new Uint8Array(300).fill(0x61);
/**
 * Messages of one turn, timed as a whole: clocks of browsers are coarse. Few, so that most turns of a busy machine pass
 * without an interruption, and the median is of those.
 */
const batch = 10;

/** Two members of one group, of an implementation of MLS. */
export async function openLine(contestant: Contestant, suite: SuiteId): Promise<Line> {
  const [ada, bob] = [
    await contestant.createClient({ suite, identity: "ada" }),
    await contestant.createClient({ suite, identity: "bob" }),
  ];
  const sender = await ada.createGroup(new TextEncoder().encode("messages"));
  const adding = await sender.commit([{ kind: "add", keyPackage: await bob.createKeyPackage() }]);
  await adding.merge();
  const receiver = await bob.join(adding.welcome as Uint8Array);
  return {
    name: contestant.name,
    seal: (data) => sender.seal(data),
    open: (message) => receiver.process(message),
  };
}

/** Seals and opens a batch of messages of 300 bytes, each with its step of the ratchet. */
export function messageRacer(line: Line): Racer {
  return {
    name: line.name,
    async turn(): Promise<Sample> {
      const sealing = await timed(async () => {
        const messages: Uint8Array[] = [];
        for (let i = 0; i < batch; i++) messages.push(await line.seal(plaintext));
        return messages;
      });
      const opening = await timed(async () => {
        for (const message of sealing.result) await line.open(message);
      });
      return { seal: sealing.time / batch, open: opening.time / batch };
    },
  };
}
