import type { HpkeCiphertext } from "@redoubt/crypto";
import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type LeafNode, readLeafNode, writeLeafNode } from "./leaf-node.js";
import { type Proposal, readProposal, writeProposal } from "./proposal.js";

export function writeHpkeCiphertext(writer: Writer, value: HpkeCiphertext): void {
  writer.opaque(value.kemOutput).opaque(value.ciphertext);
}

export function readHpkeCiphertext(reader: Reader): HpkeCiphertext {
  return { kemOutput: reader.opaque(limits.key), ciphertext: reader.opaque(limits.ciphertext) };
}

/** UpdatePathNode (RFC 9420 §7.6): a new public key, and its path secret for each node of the copath's resolution. */
export interface UpdatePathNode {
  readonly encryptionKey: Uint8Array;
  readonly encryptedPathSecrets: readonly HpkeCiphertext[];
}

/** UpdatePath (RFC 9420 §7.6). */
export interface UpdatePath {
  readonly leafNode: LeafNode;
  readonly nodes: readonly UpdatePathNode[];
}

export function writeUpdatePath(writer: Writer, path: UpdatePath): void {
  writeLeafNode(writer, path.leafNode);
  writer.vector(path.nodes, (w, node) => {
    w.opaque(node.encryptionKey).vector(node.encryptedPathSecrets, writeHpkeCiphertext);
  });
}

export function readUpdatePath(reader: Reader): UpdatePath {
  return {
    leafNode: readLeafNode(reader),
    nodes: reader.vector(limits.list, (r) => ({
      encryptionKey: r.opaque(limits.key),
      encryptedPathSecrets: r.vector(limits.list, readHpkeCiphertext),
    })),
  };
}

/** ProposalOrRef (RFC 9420 §12.4). */
export type ProposalOrRef =
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "reference"; readonly reference: Uint8Array };

/** Commit (RFC 9420 §12.4). */
export interface Commit {
  readonly proposals: readonly ProposalOrRef[];
  readonly path: UpdatePath | undefined;
}

export function writeCommit(writer: Writer, commit: Commit): void {
  writer.vector(commit.proposals, (w, item) => {
    if (item.kind === "reference") w.u8(2).opaque(item.reference);
    else writeProposal(w.u8(1), item.proposal);
  });
  writer.optional(commit.path, writeUpdatePath);
}

export function readCommit(reader: Reader): Commit {
  return {
    proposals: reader.vector(limits.list, (r): ProposalOrRef => {
      const type = r.u8();
      if (type === 1) return { kind: "proposal", proposal: readProposal(r) };
      if (type === 2) return { kind: "reference", reference: r.opaque(limits.hash) };
      throw new MlsError("malformed", "proposal or reference");
    }),
    path: reader.optional(readUpdatePath),
  };
}
