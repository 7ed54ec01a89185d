import { toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { decode, Reader } from "../../src/codec/reader.js";
import { encode, type Writer } from "../../src/codec/writer.js";
import { readCommit, writeCommit } from "../../src/structs/commit.js";
import { decodeMessage, encodeMessage } from "../../src/structs/message.js";
import { proposalType, readProposal, writeProposal } from "../../src/structs/proposal.js";
import { decodeGroupSecrets, encodeGroupSecrets } from "../../src/structs/welcome.js";
import { readRatchetTree, writeRatchetTree } from "../../src/tree/ratchet-tree.js";
import { fromHex } from "../support/hex.js";
import { hasVectors, loadVectors } from "./load.js";

type Messages = Record<string, string>;

const proposalFields = {
  add_proposal: proposalType.add,
  update_proposal: proposalType.update,
  remove_proposal: proposalType.remove,
  pre_shared_key_proposal: proposalType.psk,
  re_init_proposal: proposalType.reinit,
  external_init_proposal: proposalType["external-init"],
  group_context_extensions_proposal: proposalType["group-context-extensions"],
};

function roundTrip<T>(hex: string, read: (reader: Reader) => T, write: (writer: Writer, value: T) => void): string {
  return toHex(encode(decode(fromHex(hex), read), write));
}

describe.skipIf(!hasVectors)("vectors: codec", () => {
  it("deserialization: length prefixes", () => {
    const vectors = loadVectors<{ vlbytes_header: string; length: number }>("deserialization");
    expect(vectors).toHaveLength(14);
    for (const { vlbytes_header: header, length } of vectors) {
      const prefix = fromHex(header);
      const bytes = new Uint8Array(prefix.length + length);
      bytes.set(prefix);
      const reader = new Reader(bytes);
      expect(reader.length(2 ** 30)).toBe(length);
      expect(reader.offset).toBe(prefix.length);
    }
  });

  it("messages: every structure encodes back to its bytes", () => {
    const vectors = loadVectors<Messages>("messages");
    expect(vectors).toHaveLength(300);
    let structures = 0;
    for (const vector of vectors) {
      for (const [field, hex] of Object.entries(vector)) {
        structures++;
        if (field === "ratchet_tree") expect(roundTrip(hex, readRatchetTree, writeRatchetTree)).toBe(hex);
        else if (field === "group_secrets") expect(toHex(encodeGroupSecrets(decodeGroupSecrets(fromHex(hex))))).toBe(hex);
        else if (field === "commit") expect(roundTrip(hex, readCommit, writeCommit)).toBe(hex);
        else if (field in proposalFields) {
          const type = proposalFields[field as keyof typeof proposalFields].toString(16).padStart(4, "0");
          expect(roundTrip(type + hex, readProposal, writeProposal)).toBe(type + hex);
        } else expect(toHex(encodeMessage(decodeMessage(fromHex(hex))))).toBe(hex);
      }
    }
    expect(structures).toBe(300 * 17);
  });
});
