import type { Secret } from "@redoubt/base";
import type { Invited } from "./commit-change.js";
import type { PolicyEdit } from "./edit-policy.js";

/**
 * What somebody wants to become of a conversation. It is kept until it is so: each time another commit comes first, it
 * is planned anew on the state that there is then.
 */
export type Intent =
  /** Up to `maxAddsPerCommit` devices. */
  | { readonly kind: "add"; readonly invited: readonly Invited[] }
  /** Every device of these accounts. */
  | { readonly kind: "remove"; readonly accounts: readonly Uint8Array[] }
  | { readonly kind: "edit"; readonly edit: PolicyEdit; readonly ownerSeed?: Secret<32> }
  /** Puts out who has said that they leave. */
  | { readonly kind: "tidy" }
  /** Brings a member's device in anew, in the place of its old leaf if there is one. */
  | { readonly kind: "rejoin"; readonly invited: Invited }
  /** Puts out the devices that an account has revoked, as this chain of it shows. */
  | { readonly kind: "revoke"; readonly chain: readonly Uint8Array[] }
  /**
   * New keys for this device; done once its leaf has another encryption key than `replaces`. Those who are not in the
   * minority when the group has fallen apart go on by it, so that the others see that they do.
   */
  | { readonly kind: "renew"; readonly replaces: Uint8Array }
  /** This device leaves. */
  | { readonly kind: "leave" };
