import { concatBytes, type Ed25519Sign, utf8 } from "@redoubt/base";
import { domains, type NamedOp } from "@redoubt/wire";
import type { Session } from "./connection.js";
import { Link } from "./link.js";
import type { Schedule, TransportPorts } from "./platform.js";
import { socketUrl } from "./relay-url.js";

/** How long to wait before the inbox is watched again where that was refused, in milliseconds. */
const retryTime = 5_000;

const authDomain = utf8(domains.auth);

/** A device that proves its key to its account's relay. */
export interface DeviceIdentity {
  /** 32 bytes. */
  readonly accountId: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly sigKey: Uint8Array;
  readonly sign: Ed25519Sign;
}

/**
 * Is told of the items of a device's inbox: all that are not acknowledged, in order, and all again after every connect.
 *
 * @param number of the item, what is acknowledged by it
 */
export type InboxListener = (number: number, item: Uint8Array) => void;

/** Is told that few of the device's one-time key packages are left on the relay. */
export type KeyPackageListener = () => void;

/** The connection that proves a device's key: account and inbox, nothing else. */
export class NamedLink extends Link<NamedOp> {
  /**
   * Begins to connect. The link is refused where the relay knows no such device, or not any more.
   *
   * @param relay the relay's origin
   */
  constructor(
    ports: TransportPorts,
    relay: string,
    device: DeviceIdentity,
    onItem: InboxListener,
    onFewKeyPackages: KeyPackageListener = () => undefined,
  ) {
    const inbox = new InboxWatch(ports.schedule);
    super(ports, socketUrl(relay, "/v1/named"), {
      async greet(session) {
        const { accountId, sigKey, sign } = device;
        const signature = sign(concatBytes(authDomain, session.nonce, accountId));
        await session.request("auth", [accountId, sigKey, signature]);
      },
      connected: (session) => inbox.begin(session),
      disconnected: () => inbox.pause(),
      event(event) {
        if (event.name === "item") onItem(...event.body);
        else if (event.name === "slow-inbox") inbox.again();
        else if (event.name === "few-key-packages") onFewKeyPackages();
      },
      probe: (session) => session.request("count-key-packages", []),
    });
  }
}

/** The watch of the one inbox that a connection has. */
class InboxWatch {
  readonly #schedule: Schedule;
  #session: Session<NamedOp> | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  begin(session: Session<NamedOp>): void {
    this.#session = session;
    this.again();
  }

  again(): void {
    const session = this.#session;
    this.#cancelRetry?.();
    session?.request("watch-inbox", []).catch(() => {
      if (session === this.#session) this.#cancelRetry = this.#schedule(retryTime, () => this.again());
    });
  }

  pause(): void {
    this.#session = undefined;
    this.#cancelRetry?.();
  }
}
