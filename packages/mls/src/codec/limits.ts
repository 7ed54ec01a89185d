/**
 * The longest of each kind of field that we decode, in bytes. A length prefix above its limit is refused before
 * anything is read or allocated; a length prefix above what is left of the input is refused in any case.
 */
export const limits = {
  /**
   * One MLSMessage, whatever it holds: a Welcome for 999 newcomers to a group of 1,000 has 2.7 MB. Bytes that are made
   * of tiny fields decode to objects of a hundred times their size.
   */
  message: 8 * 1024 * 1024,
  groupId: 1024,
  /** KEM and signature public keys, KEM outputs. */
  key: 16 * 1024,
  signature: 16 * 1024,
  /** Hashes, MACs, references, nonces. */
  hash: 255,
  identity: 64 * 1024,
  certificate: 64 * 1024,
  authenticatedData: 64 * 1024,
  extensionData: 8 * 1024 * 1024,
  /** A list of extensions, of proposals, of encrypted secrets: everything that a message may hold. */
  list: 8 * 1024 * 1024,
  capabilities: 4096,
  pskId: 4096,
  ciphertext: 8 * 1024 * 1024,
} as const;

/** Proposals that wait in one epoch. All members see the same order and so keep the same ones. */
export const maxProposals = 2048;

/** Leaves that a tree may have, blank ones included. The indices of a larger one would leave 32 bits. */
export const maxLeaves = 2 ** 20;
