import { limits, type Params, type Result } from "@redoubt/wire";
import type { AccountStore } from "./account-store.js";
import { Write } from "./answer.js";
import type { SignedIn } from "./devices.js";
import { RelayError } from "./relay-error.js";

/** Key packages: published by a device, each one-time one handed out once, the last resort when none is left. */
export class KeyPackages {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
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
    return new Write(() =>
      this.#store
        .takeKeyPackages(accountId)
        .map(({ deviceId, bytes, isLastResort }) => [deviceId, bytes, isLastResort]),
    );
  }
}
