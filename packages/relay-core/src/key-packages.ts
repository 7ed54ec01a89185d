import { bytesKey } from "@redoubt/base";
import { eventMessage, limits, type Params, type Result } from "@redoubt/wire";
import type { AccountStore, KeyPackageRecord } from "./account-store.js";
import { Write } from "./answer.js";
import type { Devices, SignedIn } from "./devices.js";
import type { RelayPorts } from "./ports.js";
import { RateLimits } from "./rate-limits.js";
import { RelayError } from "./relay-error.js";

/**
 * How often the one-time packages of one account are handed out, to whomever: beyond it everybody gets the last resort.
 * So nobody, from however many addresses, takes them faster than their owner can bring new ones.
 */
const rates = { "one-time": { perMinute: 1, atOnce: 40 } };
/** When so few are left, a device that is there is told. */
const few = 10;

/** Key packages: published by a device, each one-time one handed out once, the last resort when none is left. */
export class KeyPackages {
  readonly #store: AccountStore;
  readonly #frame: RelayPorts["frame"];
  readonly #devices: Devices;
  readonly #taken: RateLimits<"one-time">;

  constructor({ store, frame, clock }: RelayPorts, devices: Devices) {
    this.#store = store.accounts;
    this.#frame = frame;
    this.#devices = devices;
    this.#taken = new RateLimits(rates, clock);
  }

  publish(
    [oneTime, lastResort]: Params<"publish-key-packages">,
    { accountId, deviceId }: SignedIn,
  ): Write<Result<"publish-key-packages">> {
    return new Write(() => {
      const { oneTime: kept } = this.#store.countKeyPackages(accountId, deviceId);
      if (kept + oneTime.length > limits.keyPackagesPerDevice) throw new RelayError("key-packages-full");
      this.#store.addKeyPackages(accountId, deviceId, { oneTime, lastResort });
      return [this.#store.countKeyPackages(accountId, deviceId).oneTime];
    });
  }

  count({ accountId, deviceId }: SignedIn): Result<"count-key-packages"> {
    const { oneTime, lastResort } = this.#store.countKeyPackages(accountId, deviceId);
    return [oneTime, lastResort];
  }

  take([accountId]: Params<"take-key-packages">): Write<Result<"take-key-packages">> {
    if (this.#store.entries(accountId).length === 0) throw new RelayError("unknown-user");
    let records: readonly KeyPackageRecord[] = [];
    return new Write(
      () => {
        const isOneTime = this.#taken.take(bytesKey(accountId), "one-time") === 0;
        records = this.#store.takeKeyPackages(accountId, isOneTime);
        return records.map(({ deviceId, bytes, isLastResort }) => [deviceId, bytes, isLastResort]);
      },
      () => {
        for (const record of records) if (!record.isLastResort) this.#remind(accountId, record.deviceId);
      },
    );
  }

  /** Forgets the accounts of which nobody has taken anything for long. */
  sweep(): void {
    this.#taken.sweep();
  }

  #remind(accountId: Uint8Array, deviceId: Uint8Array): void {
    const { oneTime } = this.#store.countKeyPackages(accountId, deviceId);
    if (oneTime < few)
      this.#devices.tell({ accountId, deviceId }, this.#frame(eventMessage("few-key-packages", [oneTime])));
  }
}
