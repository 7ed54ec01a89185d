import { describe, expect, test } from "vitest";
import { allSuites, type Peer, type PeerGroup } from "../src/peer.js";
import { tsMls1 } from "../src/ts-mls-1.js";
import { tsMls2 } from "../src/ts-mls-2.js";
import { tsMls2OnNode } from "../src/ts-mls-2-on-node.js";
import { bytes } from "./group-of.js";

async function expectAgreement(groups: readonly PeerGroup[]): Promise<void> {
  const views = await Promise.all(
    groups.map(async (group) => ({
      epoch: group.epoch,
      treeHash: group.treeHash,
      epochAuthenticator: group.epochAuthenticator,
      exported: await group.exportSecret("label", bytes("context"), 32),
      members: group.members,
    })),
  );
  for (const view of views) expect(view).toEqual(views[0]);
}

const pairs: readonly { creator: Peer; joiner: Peer }[] = [
  { creator: tsMls1, joiner: tsMls2 },
  { creator: tsMls2, joiner: tsMls1 },
  { creator: tsMls2OnNode, joiner: tsMls2 },
];

describe.each(pairs)("the driver with $creator.name creating and $joiner.name joining", ({ creator, joiner }) => {
  test.each(allSuites)("runs a group through its life in suite %i", async (suite) => {
    const [ada, bob, cyd, dan] = await Promise.all([
      creator.createClient({ suite, identity: "ada" }),
      joiner.createClient({ suite, identity: "bob" }),
      joiner.createClient({ suite, identity: "cyd" }),
      joiner.createClient({ suite, identity: "dan" }),
    ]);
    const adas = await ada.createGroup(bytes("group"));
    expect(adas.epoch).toBe(0n);

    const adding = await adas.commit([
      { kind: "add", keyPackage: await bob.createKeyPackage() },
      { kind: "add", keyPackage: await cyd.createKeyPackage() },
    ]);
    expect(adas.epoch).toBe(0n);
    await adding.merge();
    const bobs = await bob.join(adding.welcome!);
    const cyds = await cyd.join(adding.welcome!);
    expect(bobs.ownLeaf).toBe(1);
    await expectAgreement([adas, bobs, cyds]);

    const update = await bobs.commit([], "private");
    await update.merge();
    expect(await adas.process(update.message)).toEqual({ kind: "commit", sender: 1 });
    await cyds.process(update.message);
    await expectAgreement([adas, bobs, cyds]);

    const [pskId, psk] = [bytes("psk"), bytes("a pre-shared key of any length")];
    for (const client of [ada, bob, cyd]) client.learnPsk(pskId, psk);
    const withPsk = await adas.commit([{ kind: "psk", id: pskId }], "private");
    await withPsk.merge();
    for (const group of [bobs, cyds]) await group.process(withPsk.message);
    await expectAgreement([adas, bobs, cyds]);

    const proposal = await cyds.propose({ kind: "add", keyPackage: await dan.createKeyPackage() });
    for (const group of [adas, bobs]) expect(await group.process(proposal)).toEqual({ kind: "proposal", sender: 2 });
    const byReference = await adas.commit();
    await byReference.merge();
    for (const group of [bobs, cyds]) await group.process(byReference.message);
    const dans = await dan.join(byReference.welcome!);
    await expectAgreement([adas, bobs, cyds, dans]);

    const message = await dans.seal(bytes("hello"), bytes("authenticated"));
    const opened = await adas.process(message);
    expect(opened.kind === "application" && new TextDecoder().decode(opened.data)).toBe("hello");

    const eve = await joiner.createClient({ suite, identity: "eve" });
    const { commit, group: eves } = await eve.joinExternally(await adas.exportGroupInfo());
    for (const group of [adas, bobs, cyds, dans]) await group.process(commit);
    await expectAgreement([adas, bobs, cyds, dans, eves]);

    // Only 1.6.4 makes a removal that others may accept: see faults/removal.test.ts.
    const remover = creator === tsMls1 ? adas : dans;
    const removing = await remover.commit([{ kind: "remove", leaf: bobs.ownLeaf }]);
    await removing.merge();
    for (const group of [adas, cyds, dans, eves]) if (group !== remover) await group.process(removing.message);
    await expectAgreement([adas, cyds, dans, eves]);
    expect(adas.members.map((member) => member.identity)).toEqual(["ada", "cyd", "dan", "eve"]);

    const copy = adas.fork();
    const later = await eves.seal(bytes("later"));
    await adas.process(later);
    expect((await copy.process(later)).kind).toBe("application");
  });
});
