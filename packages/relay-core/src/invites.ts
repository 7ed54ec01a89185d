import { concatBytes, type Random, type Sha256, utf8 } from "@redoubt/base";
import { domains } from "@redoubt/wire";
import type { InviteStore } from "./invite-store.js";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";

const domain = utf8(domains.invite);
const dayMs = 86_400_000;

/** Who may register: anyone, whoever brings an invite, nobody. */
export type Registration = "open" | "invite" | "closed";

/**
 * Makes an invite: a secret that lets so many people register, up to and with a day. Only its hash is stored, and
 * nothing ties an account to the invite it came by.
 *
 * @param invite `uses`: from 1; `lastDay`: days since 1970-01-01
 * @returns the secret, 16 bytes
 */
export function createInvite(
  ports: { readonly random: Random; readonly sha256: Sha256; readonly invites: InviteStore },
  invite: { readonly uses: number; readonly lastDay: number },
): Uint8Array {
  const secret = ports.random(16);
  ports.invites.add({ hash: hashOf(ports.sha256, secret), ...invite });
  return secret;
}

/** Takes one use of an invite. Within a transaction. @throws RelayError `invite-needed`, `bad-invite` */
export function redeemInvite(ports: Pick<RelayPorts, "store" | "sha256" | "clock">, secret: Uint8Array | null): void {
  if (secret === null) throw new RelayError("invite-needed");
  const today = Math.floor(ports.clock() / dayMs);
  if (!ports.store.invites.take(hashOf(ports.sha256, secret), today)) throw new RelayError("bad-invite");
}

function hashOf(sha256: Sha256, secret: Uint8Array): Uint8Array {
  return sha256(concatBytes(domain, secret));
}
