import { decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import { type Extension, type Extensions, findExtension } from "@redoubt/mls";
import { redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";

/** The rules of a direct conversation: two accounts, each of which may bring in devices of both. */
export interface DirectPolicy {
  readonly kind: "direct";
  /** Two account ids of 32 bytes, in order; both the same in a conversation with oneself. */
  readonly accounts: readonly [Uint8Array, Uint8Array];
}

export type Policy = DirectPolicy;

const version = 1;
const directKind = 0;

/** Orders two account ids, so that both sides make the same policy. */
export function directPolicy(a: Uint8Array, b: Uint8Array): DirectPolicy {
  const isOrdered = compare(a, b) <= 0;
  return { kind: "direct", accounts: isOrdered ? [a, b] : [b, a] };
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
}

/** The group context extension that holds a policy. */
export function policyExtension(policy: Policy): Extension {
  return { type: redoubtExtension.policy, data: encodeCbor([version, directKind, [...policy.accounts]]) };
}

/** @throws ConversationError `unsupported-policy` for a version or kind that this client does not know */
export function readPolicy(extensions: Extensions): Policy {
  const data = findExtension(extensions, redoubtExtension.policy);
  if (data === undefined) throw new ConversationError("unsupported-policy", "there is none");
  const value = decodeCbor(data);
  const [v, kind, accounts] = Array.isArray(value) ? value : [];
  if (v !== version || kind !== directKind) throw new ConversationError("unsupported-policy");
  const [a, b] = Array.isArray(accounts) && accounts.length === 2 ? accounts : [];
  if (!(a instanceof Uint8Array && b instanceof Uint8Array && a.length === 32 && b.length === 32)) {
    throw new ConversationError("malformed", "policy");
  }
  if (compare(a, b) > 0) throw new ConversationError("malformed", "policy");
  return { kind: "direct", accounts: [a, b] };
}

/** Whether an account belongs into the conversation. */
export function admits({ accounts }: Policy, account: Uint8Array): boolean {
  return accounts.some((other) => equalBytes(other, account));
}
