import type { Random } from "@redoubt/base";
import {
  type AccountState,
  createEntry,
  createGenesis,
  type DeviceClaim,
  type DeviceIntent,
  dayOf,
  type Hashing,
  proveDevice,
} from "@redoubt/identity";
import { type ConversationContext, hashingOf } from "../../src/index.js";
import { Device } from "./device.js";
import { context, now, provider } from "./kit.js";

const { Ed25519 } = provider.signatures;
const hashing: Hashing = hashingOf(provider);

export function newSigner(random: Random = provider.random) {
  const keys = Ed25519.generateKeyPair(random);
  return { ...keys, sign: (message: Uint8Array) => Ed25519.sign(keys.privateKey, message) };
}

export type Signer = ReturnType<typeof newSigner>;

/** An account with several devices, whose chain may go on. For tests. */
export class Account {
  readonly name: string;
  readonly context: ConversationContext;
  readonly recovery: Signer;
  readonly devices: Device[];
  chain: readonly Uint8Array[];
  state: AccountState;

  constructor(name: string, deviceCount = 1, used = context) {
    this.name = name;
    this.context = used;
    this.recovery = newSigner(used.random);
    const signers = Array.from({ length: deviceCount }, () => newSigner(used.random));
    const { entry, account } = createGenesis(hashing, {
      username: name,
      devices: signers.map((signer) => this.#claim(signer)),
      recovery: this.recovery,
      day: dayOf(Number(now) * 1000),
    });
    this.chain = [entry];
    this.state = account;
    this.devices = signers.map((signer) => new Device(this, signer));
  }

  get id(): Uint8Array {
    return this.state.accountId;
  }

  #claim(signer: Signer): DeviceClaim {
    return proveDevice(this.name, signer.publicKey, this.context.random(16), signer.sign);
  }

  addDevice(): Device {
    const signer = newSigner(this.context.random);
    this.#go([{ kind: "add", device: this.#claim(signer) }], this.recovery);
    const device = new Device(this, signer);
    this.devices.push(device);
    return device;
  }

  /** Takes a device out of the account. It keeps what it has. */
  revoke(device: Device): readonly Uint8Array[] {
    this.#go([{ kind: "revoke", deviceId: device.deviceId }], this.recovery);
    this.devices.splice(this.devices.indexOf(device), 1);
    return this.chain;
  }

  /** Another branch of the chain: what a device signs that has kept an older state of the account. */
  branch(
    from: { readonly chain: readonly Uint8Array[]; readonly state: AccountState },
    intents: readonly DeviceIntent[],
    by: Signer,
  ): { readonly chain: readonly Uint8Array[]; readonly state: AccountState } {
    const next = createEntry(hashing, {
      account: from.state,
      change: { kind: "devices", intents },
      signer: by,
      day: dayOf(Number(now) * 1000),
    });
    return { chain: [...from.chain, next.entry], state: next.account };
  }

  #go(intents: readonly DeviceIntent[], by: Signer): void {
    ({ chain: this.chain, state: this.state } = this.branch(this, intents, by));
  }
}
