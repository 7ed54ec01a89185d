import { type Clock, concatBytes, encodeCbor } from "@redoubt/base";
import type { RawStore, SelfDisclosure } from "@redoubt/relay-core";
import type { DisclosureSigner } from "./disclosure-key.js";
import { accountQuestion } from "./question.js";
import { writeDisclosure } from "./write-disclosure.js";

const dayMs = 86_400_000;

/**
 * Makes the disclosure that an account gets of itself: the same files, in memory, with large sealed bodies named by their
 * length and digest. An account has at most 10 devices, each with at most 201 key packages and 1,000 items, so that it
 * fits the pages of the contract.
 */
export function createSelfDisclosure(
  rows: RawStore,
  signer: DisclosureSigner,
  clock: Clock,
): (accountId: Uint8Array) => SelfDisclosure {
  return (accountId) => {
    const files: [string, Uint8Array][] = [];
    const question = accountQuestion(nameOf(rows, accountId));
    const day = Math.floor(clock() / dayMs);
    const { note } = writeDisclosure(
      { rows, question, signer, day, bodies: "named" },
      { write: (path, pieces) => void files.push([path, concatBytes(...pieces)]) },
    );
    return { note, bundle: encodeCbor(files) };
  };
}

function nameOf(rows: RawStore, id: Uint8Array): string {
  const [row] = rows.rows("accounts", { kind: "account", id }, ["username"], "named");
  return String(row?.get("username"));
}
