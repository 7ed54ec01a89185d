/** What connections may take of the relay, together and from one address. */
export interface ConnectionLimits {
  /** Open connections in all, HTTP and WebSocket. */
  readonly inAll: number;
  /** Open connections from one address. */
  readonly perAddress: number;
  /** Bodies of blobs under way from one address, up and down each. */
  readonly blobsPerAddress: number;
  /** How long the head of an HTTP request may take, the upgrade's as well, in milliseconds. */
  readonly headMs: number;
  /** How long a device may take to sign in. */
  readonly signInMs: number;
  /** How long an anonymous connection may take until it asks for something. Longer than clients wait to probe. */
  readonly firstRequestMs: number;
  /** How long one message may take from its first byte to its last: 4 MiB at 14 kB/s. */
  readonly messageMs: number;
  /** How long something may wait to be taken by a connection that takes nothing; also of a blob, up or down. */
  readonly stalledMs: number;
  /** Bytes of messages that are not complete, of all connections. */
  readonly inboundBytes: number;
  /** Bytes that wait to be taken, of all connections, held in memory. */
  readonly outboundBytes: number;
}

const mebi = 1024 * 1024;
/** Descriptors for the database, blobs and whatever else the relay opens. */
const otherDescriptors = 1_024;

/** Defaults for the descriptors that this process may open. */
export function defaultConnectionLimits(): ConnectionLimits {
  const descriptors = openFilesLimit();
  return {
    inAll: Math.min(100_000, Math.max(descriptors - otherDescriptors, Math.floor(descriptors / 2))),
    perAddress: 2_000,
    blobsPerAddress: 64,
    headMs: 15_000,
    signInMs: 15_000,
    firstRequestMs: 90_000,
    messageMs: 300_000,
    stalledMs: 60_000,
    inboundBytes: 256 * mebi,
    outboundBytes: 512 * mebi,
  };
}

/** Node raises its limit to the hard one when it starts; this is what came of it. */
function openFilesLimit(): number {
  const report = process.report?.getReport() as
    | { readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } } }
    | undefined;
  const soft = report?.userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : soft === "unlimited" ? Number.MAX_SAFE_INTEGER : 1_024;
}

/** Counts something by address: memory of what there is now, never of what there was. */
export class CountByAddress {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  /** @param most of one address */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one more. @returns takes it back, once; undefined if it is one too many */
  admit(address: string): (() => void) | undefined {
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#most) return undefined;
    this.#counts.set(address, count + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#counts.get(address) ?? 1) - 1;
      if (left > 0) this.#counts.set(address, left);
      else this.#counts.delete(address);
    };
  }
}
