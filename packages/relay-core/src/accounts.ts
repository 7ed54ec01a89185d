import { equalBytes } from "@redoubt/base";
import type { Params, Result } from "@redoubt/wire";
import type { AccountView } from "./account-chains.js";
import type { DeviceRecord } from "./account-store.js";
import { Write } from "./answer.js";
import type { Devices } from "./devices.js";
import { type Registration, redeemInvite } from "./invites.js";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";
import type { Stamps } from "./stamps.js";

/** Accounts as chains of signed entries, and the directory of their names. */
export class Accounts {
  readonly #ports: RelayPorts;
  readonly #stamps: Stamps;
  readonly #devices: Devices;
  readonly #registration: Registration;

  /** @param options `registration`: who may register */
  constructor(
    ports: RelayPorts,
    options: { readonly stamps: Stamps; readonly devices: Devices; readonly registration: Registration },
  ) {
    this.#ports = ports;
    this.#stamps = options.stamps;
    this.#devices = options.devices;
    this.#registration = options.registration;
  }

  register([genesis, stamp, invite]: Params<"register">): Write<Result<"register">> {
    if (this.#registration === "closed") throw new RelayError("registration-closed");
    const { sha256, chains, store } = this.#ports;
    if (!this.#stamps.accepts(sha256(genesis), stamp)) throw new RelayError("bad-stamp");
    const view = chains.verify([genesis]);
    if (view === undefined) throw new RelayError("invalid-entry");
    const { accountId, username } = view;
    return new Write(() => {
      const holder = store.accounts.idOf(username);
      if (holder !== undefined) {
        if (equalBytes(holder, accountId)) return [accountId];
        throw new RelayError("name-taken");
      }
      this.#requireOwnInboxes([], view.devices);
      if (this.#registration === "invite") redeemInvite(this.#ports, invite);
      store.accounts.create({ accountId, username });
      this.#keep(view, genesis, []);
      return [accountId];
    });
  }

  lookup([username]: Params<"lookup">): Result<"lookup"> {
    const accountId = this.#ports.store.accounts.idOf(username);
    if (accountId === undefined) throw new RelayError("unknown-user");
    return this.lookupAccount([accountId]);
  }

  lookupAccount([accountId]: Params<"lookup-account">): Result<"lookup-account"> {
    const entries = this.#ports.store.accounts.entries(accountId);
    if (entries.length === 0) throw new RelayError("unknown-user");
    return [entries];
  }

  /** Extends the chain of an account by an entry that one of its devices brings. */
  appendEntry([entry]: Params<"append-entry">, accountId: Uint8Array): Write<Result<"append-entry">> {
    const { accounts } = this.#ports.store;
    let moved: AccountView | undefined;
    return new Write(
      () => {
        const entries = accounts.entries(accountId);
        const known = entries.findIndex((stored) => equalBytes(stored, entry));
        if (known >= 0) return [known];
        const view = this.#ports.chains.verify([...entries, entry]);
        if (view === undefined) return this.#refuse(entries, entry);
        const before = accounts.devices(accountId);
        this.#requireOwnInboxes(before, view.devices);
        this.#keep(view, entry, before);
        moved = view;
        return [view.seq];
      },
      () => {
        if (moved !== undefined) this.#devices.revoke(accountId, moved.devices);
      },
    );
  }

  /** An entry that extends some earlier state came second; any other is wrong. */
  #refuse(entries: readonly Uint8Array[], entry: Uint8Array): never {
    const { chains } = this.#ports;
    for (let length = entries.length - 1; length > 0; length--) {
      if (chains.verify([...entries.slice(0, length), entry]) !== undefined) throw new RelayError("stale-entry");
    }
    throw new RelayError("invalid-entry");
  }

  /** Whoever lists the inbox of another device would read its mail's numbers, or take its mail. */
  #requireOwnInboxes(before: readonly DeviceRecord[], devices: readonly DeviceRecord[]): void {
    const own = (inboxId: Uint8Array) => before.some((device) => equalBytes(device.inboxId, inboxId));
    for (const { inboxId } of devices) {
      if (!own(inboxId) && this.#ports.store.inboxes.find(inboxId) !== undefined) throw new RelayError("invalid-entry");
    }
  }

  #keep({ accountId, seq, devices }: AccountView, entry: Uint8Array, before: readonly DeviceRecord[]): void {
    const { accounts, inboxes } = this.#ports.store;
    const named = (list: readonly DeviceRecord[], inboxId: Uint8Array) =>
      list.some((device) => equalBytes(device.inboxId, inboxId));
    accounts.addEntry(accountId, seq, entry);
    accounts.setDevices(accountId, devices);
    for (const { inboxId } of before) if (!named(devices, inboxId)) inboxes.remove(inboxId);
    for (const { inboxId } of devices) if (!named(before, inboxId)) inboxes.create(inboxId);
  }
}
