/** The strings that stand before everything that is signed or hashed for the relay: no signature means two things. */
export const domains = {
  /** Ed25519 by a write key over domain ‖ nonce(32) ‖ logId(32). */
  prove: "redoubt/prove/v1",
  /** Ed25519 by an owner key over domain ‖ logId(32) ‖ newWriteKey(32) ‖ counter (u64, big-endian). */
  reset: "redoubt/reset/v1",
  /** Ed25519 by an owner key over domain ‖ logId(32) ‖ newOwnerKey(32). */
  owner: "redoubt/owner/v1",
  /** Ed25519 by an owner key over domain ‖ nonce(32) ‖ logId(32). */
  delete: "redoubt/delete/v1",
  /** Ed25519 by a write key over domain ‖ blobId(32) ‖ logId(32) ‖ length of the blob (u64, big-endian). */
  blob: "redoubt/blob/v1",
  /** Ed25519 by a device key over domain ‖ nonce(32) ‖ accountId(32). */
  auth: "redoubt/auth/v1",
  /** SHA-256 over domain ‖ invite(16): what a relay keeps of an invite. */
  invite: "redoubt/invite/v1",
  /** SHA-256 over domain ‖ powSalt(16) ‖ context(32) ‖ counter(8) must start with `powBits` zero bits. */
  stamp: "redoubt/stamp/v1",
} as const;
