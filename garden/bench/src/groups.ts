import type { Change, SuiteId } from "@redoubt/peers/peer";
import type { Client, Contestant, SentCommit, Session } from "./contestant.js";
import { median, type Racer, type Sample, timed } from "./measure.js";

/**
 * The life of a group of `size` members: the founder adds all others in one commit; then the members at the half, at
 * three quarters, and again the founder commit. Only the members who act hold a state.
 */
export async function groupRacer(contestant: Contestant, suite: SuiteId, size: number): Promise<Racer> {
  const clients = new Map<number, Client>();
  const keyPackages: Uint8Array[] = [];
  const founder = await contestant.createClient({ suite, identity: "m0" });
  const places = [size >> 2, size >> 1, (3 * size) >> 2] as const;
  for (let leaf = 1; leaf < size; leaf++) {
    const client = await contestant.createClient({ suite, identity: `m${leaf}` });
    keyPackages.push(await client.createKeyPackage());
    if (places.includes(leaf)) clients.set(leaf, client);
  }
  return {
    name: contestant.name,
    turn: () =>
      live(
        founder,
        keyPackages,
        places.map((leaf) => clients.get(leaf) as Client),
      ),
  };
}

async function live(founder: Client, keyPackages: readonly Uint8Array[], clients: readonly Client[]): Promise<Sample> {
  const creating = await timed(() => founder.createGroup(new TextEncoder().encode("group")));
  const first = creating.result;
  const additions = keyPackages.map((keyPackage): Change => ({ kind: "add", keyPackage }));
  const adding = await commitBy(first, additions);
  const welcome = adding.commit.welcome as Uint8Array;
  const joining: { result: Session; time: number }[] = [];
  for (const client of clients) joining.push(await timed(() => client.join(welcome)));
  const [reader, half, threeQuarters] = joining.map(({ result }) => result) as [Session, Session, Session];

  const firstCommit = await commitBy(half, []);
  const processing = await timed(() => reader.process(firstCommit.commit.message));
  await first.process(firstCommit.commit.message);
  await threeQuarters.process(firstCommit.commit.message);
  const laterCommit = await commitBy(threeQuarters, []);
  const processingLater = await timed(() => reader.process(laterCommit.commit.message));
  await first.process(laterCommit.commit.message);
  const removing = await commitBy(first, [{ kind: "remove", leaf: keyPackages.length }]);
  const processingRemoval = await timed(() => reader.process(removing.commit.message));
  return {
    create: creating.time,
    "add all": adding.time,
    "join by welcome": median(joining.map(({ time }) => time)),
    "first commit": firstCommit.time,
    "process it": processing.time,
    "later commit": laterCommit.time,
    "process that": processingLater.time,
    remove: removing.time,
    "process the removal": processingRemoval.time,
    "welcome, bytes": welcome.length,
    "first commit, bytes": firstCommit.commit.message.length,
    "later commit, bytes": laterCommit.commit.message.length,
  };
}

/** Makes a commit and merges it at its author. */
async function commitBy(session: Session, changes: readonly Change[]): Promise<{ commit: SentCommit; time: number }> {
  const { result, time } = await timed(async () => {
    const commit = await session.commit(changes, "private");
    await commit.merge();
    return commit;
  });
  return { commit: result, time };
}
