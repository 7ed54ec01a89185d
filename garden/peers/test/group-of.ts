import type { Peer, PeerClient, PeerGroup, SuiteId } from "../src/peer.js";

/** Makes `count` clients named m0, m1 and so on. */
export async function createClients<G extends PeerGroup>(
  peer: Peer<G>,
  count: number,
  suite: SuiteId = 1,
): Promise<PeerClient<G>[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => peer.createClient({ suite, identity: `m${i}` })));
}

/** A group of `size` members of one implementation, at epoch 1; the first adds all others in one commit. */
export async function groupOf<G extends PeerGroup>(peer: Peer<G>, size: number, suite: SuiteId = 1): Promise<G[]> {
  const [creator, ...others] = await createClients(peer, size, suite);
  if (creator === undefined) throw new Error("A group has at least one member");
  const group = await creator.createGroup(bytes("group"));
  const groups = await addAll(group, others);
  return [group, ...groups];
}

/** Adds clients in one commit that `committer` merges; other members are not told. */
export async function addAll<G extends PeerGroup>(
  committer: PeerGroup,
  clients: readonly PeerClient<G>[],
): Promise<G[]> {
  const keyPackages = await Promise.all(clients.map((client) => client.createKeyPackage()));
  const commit = await committer.commit(keyPackages.map((keyPackage) => ({ kind: "add", keyPackage })));
  await commit.merge();
  return Promise.all(clients.map((client) => client.join(commit.welcome!)));
}

/** `text` in UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
