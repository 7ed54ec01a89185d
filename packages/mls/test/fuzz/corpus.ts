import { asSecret, utf8 } from "@redoubt/base";
import { encode } from "../../src/codec/writer.js";
import {
  decodeMessage,
  encodeRatchetTree,
  exportGroupInfo,
  externalSendersExtension,
  joinExternally,
  type MlsContext,
  type Proposal,
  propose,
  proposeOwnAdd,
  proposeUpdate,
  requiredCapabilitiesExtension,
} from "../../src/index.js";
import { writeCapabilities } from "../../src/structs/capabilities.js";
import { writeCommit, writeUpdatePath } from "../../src/structs/commit.js";
import { writeCredential } from "../../src/structs/credential.js";
import { externalPubExtension, writeExtensions } from "../../src/structs/extension.js";
import { writeAuthenticatedContent } from "../../src/structs/framing.js";
import { writeProposal } from "../../src/structs/proposal.js";
import { writePreSharedKeyId } from "../../src/structs/psk-id.js";
import { encodeGroupSecrets } from "../../src/structs/welcome.js";
import { fromHex } from "../support/hex.js";
import { deliver, groupOf, Member } from "../support/member.js";
import { loadVectors } from "../vectors/load.js";
import type { CodecName } from "./codecs.js";

/** Members of one group whose tree has blanks, unmerged leaves and filled parents, and what such a group sends. */
export function busyGroup(context: MlsContext): { readonly members: Member[]; readonly messages: Uint8Array[] } {
  let members = groupOf(context, 6);
  deliver(members, members[1]!.commit().message);
  deliver(members, members[4]!.commit({ proposals: [{ kind: "remove", removed: 2 }] }).message);
  members = members.filter((member) => !member.wasRemoved);
  const late = new Member(context, "late");
  const { message, welcome } = members[0]!.add(late);
  deliver(members, message);
  members.push(late.join(welcome!));

  const [alice, bob, carol, dan] = members as [Member, Member, Member, Member];
  const outsider = new Member(context, "outsider");
  const { group } = alice;
  const { groupId, epoch, extensions } = group.epoch.context;
  const nonce = new Uint8Array(context.suite.hashLength);
  const proposals: Proposal[] = [
    { kind: "add", keyPackage: outsider.publish().keyPackage },
    { kind: "remove", removed: bob.leafIndex },
    { kind: "self-remove" },
    { kind: "psk", psk: { kind: "external", id: utf8("psk"), nonce } },
    { kind: "psk", psk: { kind: "resumption", usage: "application", groupId, epoch, nonce } },
    { kind: "reinit", reinit: { groupId: utf8("next"), version: 1, cipherSuite: context.suite.id, extensions } },
    { kind: "group-context-extensions", extensions: someExtensions(alice) },
  ];
  const framings = ["public", "private"] as const;
  const info = exportGroupInfo(context, group, { externalPub: true });
  const messages = [
    alice.seal("hello"),
    bob.seal("a longer message, so that it is padded differently"),
    ...framings.flatMap((framing) =>
      proposals.map((p) => propose(context, dan.group, p as never, { framing }).message),
    ),
    ...framings.map((framing) => proposeUpdate(context, carol.group, {}, { framing }).message),
    ...framings.map((framing) => bob.commit({ framing }).message),
    ...framings.map((framing) => carol.commit({ framing, proposals: proposals.slice(0, 1) }).message),
    carol.commit({ proposals: proposals.slice(0, 1), groupInfo: { ratchetTree: true } }).welcome!,
    proposeOwnAdd(context, { groupId, epoch }, outsider.publish()),
    joinExternally(context, info, outsider.identity).message,
    info,
    exportGroupInfo(context, group, { ratchetTree: false }),
  ];
  for (const member of members) member.pending = undefined;
  return { members, messages };
}

function someExtensions(member: Member) {
  const { signatureKeys, identity } = member;
  const sender = { signatureKey: signatureKeys.publicKey, credential: identity.credential };
  return [
    requiredCapabilitiesExtension({ extensions: [], proposals: [10], credentials: [1] }),
    externalSendersExtension([sender, { ...sender, credential: { type: 2, certificates: [utf8("certificate")] } }]),
  ];
}

/** Valid encodings for every codec. */
export function validEncodings(context: MlsContext): Record<CodecName, Uint8Array[]> {
  const { members, messages } = busyGroup(context);
  const decoded = messages.map((bytes) => decodeMessage(bytes));
  const contents = decoded.flatMap((message) => (message.kind === "public" ? [message.message] : []));
  const commits = contents.flatMap(({ framed: { content } }) => (content.kind === "commit" ? [content.commit] : []));
  const proposals = contents.flatMap(({ framed: { content } }) => {
    return content.kind === "proposal" ? [content.proposal] : [];
  });
  const keyPackages = proposals.flatMap((proposal) => (proposal.kind === "add" ? [proposal.keyPackage] : []));
  const infos = decoded.flatMap((message) => (message.kind === "groupInfo" ? [message.groupInfo] : []));
  const psks = proposals.flatMap((proposal) => (proposal.kind === "psk" ? [proposal.psk] : []));
  const [alice] = members as [Member];
  const { tree, contextBytes } = alice.group.epoch;
  const leaves = [...tree.members()].map(([, leaf]) => leaf);
  const extensions = someExtensions(alice);
  const secret = asSecret(new Uint8Array(32).fill(3));
  const vectors = loadVectors<Record<string, string>>("messages").slice(0, 8);
  const fromVectors = ["mls_welcome", "mls_group_info", "mls_key_package", "public_message_commit", "private_message"];
  return {
    message: [...messages, ...vectors.flatMap((vector) => fromVectors.map((field) => fromHex(vector[field]!)))],
    ratchetTree: [encodeRatchetTree(tree), ...vectors.map((vector) => fromHex(vector["ratchet_tree"]!))],
    groupSecrets: [
      encodeGroupSecrets({ joinerSecret: secret, pathSecret: secret, psks }),
      encodeGroupSecrets({ joinerSecret: secret, pathSecret: undefined, psks: [] }),
    ],
    groupContext: [contextBytes],
    leafNode: leaves.map(({ encoded }) => encoded),
    keyPackage: keyPackages.map(({ encoded }) => encoded),
    groupInfo: infos.map((_, i) =>
      messages[decoded.findIndex((m) => m.kind === "groupInfo" && m.groupInfo === infos[i])]!.slice(4),
    ),
    commit: commits.map((commit) => encode(commit, writeCommit)),
    updatePath: commits.flatMap(({ path }) => (path ? [encode(path, writeUpdatePath)] : [])),
    proposal: proposals.map((proposal) => encode(proposal, writeProposal)),
    authenticatedContent: contents.map(({ framed, auth }) =>
      encode({ framing: "public", framed, auth } as const, writeAuthenticatedContent),
    ),
    preSharedKeyId: psks.map((psk) => encode(psk, writePreSharedKeyId)),
    credential: [encode(alice.identity.credential, writeCredential), Uint8Array.of(0, 2, 3, 2, 7, 7)],
    capabilities: leaves.map(({ capabilities }) => encode(capabilities, writeCapabilities)),
    extensions: [encode(extensions, writeExtensions), encode(infos[0]!.extensions, writeExtensions)],
    requiredCapabilities: [extensions[0]!.data],
    externalSenders: [extensions[1]!.data],
    externalPub: [externalPubExtension(utf8("a public key")).data],
  };
}
