const kibi = 1024;
const mebi = 1024 * kibi;

/** Every limit that both sides of the contract hold to. Sizes in bytes. */
export const limits = {
  /** One WebSocket message: the longest log entry and what stands around it. */
  frame: 4 * mebi + 4 * kibi,
  entry: 4 * mebi,
  inboxItem: mebi,
  keyPackage: 64 * kibi,
  /** One signed entry of an account chain. */
  accountEntry: 2 * kibi,
  username: 32,
  /** One-time key packages in one `publish-key-packages`. */
  keyPackagesPerPublish: 100,
  /** One-time key packages that the relay keeps for a device. */
  keyPackagesPerDevice: 200,
  /** Items and bytes in one reply of `read` and `read-inbox`; one item always goes through. */
  itemsPerReply: 256,
  bytesPerReply: mebi,
  /** One page of a self-disclosure, how many there are at most, and the note that signs all of it. */
  disclosurePage: mebi,
  disclosurePages: 16,
  disclosureNote: 16 * kibi,
  openRequests: 64,
  /** Logs that one connection watches: a person of 5,000 conversations needs one connection. */
  watchesPerConnection: 10_000,
  /** Write keys that one connection has proved; the one proved longest ago is forgotten for another. */
  proofsPerConnection: 1_000,
  /** What the relay holds for a connection that does not read; beyond it a watch ends with `slow`. */
  sendBuffer: 8 * mebi,
  /** Unacknowledged items of an inbox. The last quarter is for posts with a delivery token: stamps alone do not fill it. */
  inboxItems: 1_000,
  stampedInboxItems: 750,
  /** A whole blob: 2 GiB of content, and the 16 bytes that sealing adds to every 64 KiB of it. */
  blob: 2048 * mebi + 512 * kibi,
  /** The body of one PATCH of a blob. */
  blobPatch: 8 * mebi,
  /** Leading zero bits that a client is prepared to work for. */
  powBits: 24,
} as const;
