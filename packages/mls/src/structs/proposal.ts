import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type Extensions, readExtensions, writeExtensions } from "./extension.js";
import { type KeyPackage, readKeyPackage, writeKeyPackage } from "./key-package.js";
import { type LeafNode, readLeafNode, writeLeafNode } from "./leaf-node.js";
import { type PreSharedKeyId, readPreSharedKeyId, writePreSharedKeyId } from "./psk-id.js";

/** Proposal types (RFC 9420 §17.4; self_remove: draft-ietf-mls-extensions). */
export const proposalType = {
  add: 1,
  update: 2,
  remove: 3,
  psk: 4,
  reinit: 5,
  "external-init": 6,
  "group-context-extensions": 7,
  "self-remove": 10,
} as const;

export type ProposalKind = keyof typeof proposalType;

/** The types that every client supports and that capabilities do not list (RFC 9420 §7.2). */
export function isDefaultProposal(type: number): boolean {
  return type >= 1 && type <= 7;
}

/** The parameters of the group that is to follow (RFC 9420 §12.1.5). */
export interface ReInit {
  readonly groupId: Uint8Array;
  readonly version: number;
  readonly cipherSuite: number;
  readonly extensions: Extensions;
}

/** Proposal (RFC 9420 §12.1). */
export type Proposal =
  | { readonly kind: "add"; readonly keyPackage: KeyPackage }
  | { readonly kind: "update"; readonly leafNode: LeafNode }
  | { readonly kind: "remove"; readonly removed: number }
  | { readonly kind: "psk"; readonly psk: PreSharedKeyId }
  | { readonly kind: "reinit"; readonly reinit: ReInit }
  | { readonly kind: "external-init"; readonly kemOutput: Uint8Array }
  | { readonly kind: "group-context-extensions"; readonly extensions: Extensions }
  | { readonly kind: "self-remove" };

export function writeProposal(writer: Writer, proposal: Proposal): void {
  writer.u16(proposalType[proposal.kind]);
  switch (proposal.kind) {
    case "add":
      return writeKeyPackage(writer, proposal.keyPackage);
    case "update":
      return writeLeafNode(writer, proposal.leafNode);
    case "remove":
      return void writer.u32(proposal.removed);
    case "psk":
      return writePreSharedKeyId(writer, proposal.psk);
    case "reinit":
      writer.opaque(proposal.reinit.groupId).u16(proposal.reinit.version).u16(proposal.reinit.cipherSuite);
      return writeExtensions(writer, proposal.reinit.extensions);
    case "external-init":
      return void writer.opaque(proposal.kemOutput);
    case "group-context-extensions":
      return writeExtensions(writer, proposal.extensions);
    case "self-remove":
      return;
  }
}

export function readProposal(reader: Reader): Proposal {
  const type = reader.u16();
  switch (type) {
    case proposalType.add:
      return { kind: "add", keyPackage: readKeyPackage(reader) };
    case proposalType.update:
      return { kind: "update", leafNode: readLeafNode(reader) };
    case proposalType.remove:
      return { kind: "remove", removed: reader.u32() };
    case proposalType.psk:
      return { kind: "psk", psk: readPreSharedKeyId(reader) };
    case proposalType.reinit:
      return {
        kind: "reinit",
        reinit: {
          groupId: reader.opaque(limits.groupId),
          version: reader.u16(),
          cipherSuite: reader.u16(),
          extensions: readExtensions(reader),
        },
      };
    case proposalType["external-init"]:
      return { kind: "external-init", kemOutput: reader.opaque(limits.key) };
    case proposalType["group-context-extensions"]:
      return { kind: "group-context-extensions", extensions: readExtensions(reader) };
    case proposalType["self-remove"]:
      return { kind: "self-remove" };
    default:
      // Its contents have no length of their own, so that what follows could not be found.
      throw new MlsError("unsupported", "proposal type");
  }
}

/** Whether a commit with this proposal needs a path (RFC 9420 §12.4). */
export function needsPath(kind: ProposalKind): boolean {
  return kind !== "add" && kind !== "psk" && kind !== "reinit";
}

/** Whether one outside the group may send it (RFC 9420 §12.1.8). */
export function isForExternalSenders(kind: ProposalKind): boolean {
  return (
    kind === "add" || kind === "remove" || kind === "psk" || kind === "reinit" || kind === "group-context-extensions"
  );
}
