import { createHash } from "node:crypto";
import { hashingOf } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { type AccountState, verifyChain } from "@redoubt/identity";
import type { Transport } from "@redoubt/transport";

const provider = await createNodeProvider();

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** What anyone can find out about an account: its id, its devices and their inboxes. */
export function accountOf(way: Transport, username: string): Promise<AccountState> {
  return way.errand(async (session) => {
    const [chain] = await session.request("lookup", [username]);
    return verifyChain(hashingOf(provider), chain);
  });
}

/** The code that something was refused with. @throws whatever has none */
export function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  throw error;
}
