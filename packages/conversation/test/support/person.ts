import { utf8 } from "@redoubt/base";
import { createNodeProvider } from "@redoubt/crypto/node";
import { type AccountState, createGenesis, type Device, dayOf, proveDevice } from "@redoubt/identity";
import { generateKeyPackage, type OwnKeyPackage } from "@redoubt/mls";
import {
  type ConversationContext,
  type ConversationState,
  createConversationContext,
  deviceIdentity,
  enterConversation,
  hashingOf,
  type LogEntry,
  type Outgoing,
  openDirect,
  sealContent,
  type TakenEntry,
  takeEntry,
} from "../../src/index.js";

const provider = await createNodeProvider();
export const context: ConversationContext = createConversationContext(provider);

const now = 1_800_000_000n;

/** One account with one device, and its side of one conversation. For tests. */
export class Person {
  readonly chain: Uint8Array[];
  readonly account: AccountState;
  readonly device: Device;
  readonly keyPackages: OwnKeyPackage[] = [];
  readonly #keys;
  readonly #own = new Map<string, { entryId: Uint8Array; bytes: Uint8Array }>();
  #state: ConversationState | undefined;

  constructor(readonly name: string) {
    const { Ed25519 } = provider.signatures;
    this.#keys = Ed25519.generateKeyPair(provider.random);
    const recovery = Ed25519.generateKeyPair(provider.random);
    const signWith = (key: Uint8Array) => (message: Uint8Array) => Ed25519.sign(key, message);
    const device = proveDevice(name, this.#keys.publicKey, provider.random(16), signWith(this.#keys.privateKey));
    const { entry, account } = createGenesis(hashingOf(provider), {
      username: name,
      devices: [device],
      recovery: { publicKey: recovery.publicKey, sign: signWith(recovery.privateKey) },
      day: dayOf(Number(now) * 1000),
    });
    this.chain = [entry];
    this.account = account;
    this.device = account.devices[0] as Device;
  }

  get identity() {
    return deviceIdentity(this.account, this.chain, this.device, this.#keys);
  }

  get state(): ConversationState {
    if (this.#state === undefined) throw new Error(`${this.name} is in no conversation`);
    return this.#state;
  }

  set state(state: ConversationState) {
    this.#state = state;
  }

  publish(): OwnKeyPackage {
    const lifetime = { notBefore: now - 3600n, notAfter: now + 86_400n };
    const own = generateKeyPackage(context.mls, this.identity, { lifetime });
    this.keyPackages.push(own);
    return own;
  }

  /** @param otherAccount the account that the conversation is to be with; the other's by default */
  open(other: Person, otherAccount = other.account.accountId): Outgoing {
    const opened = openDirect(context, {
      identity: this.identity,
      lifetime: { notBefore: now - 3600n, notAfter: now + 86_400n },
      accounts: [this.account.accountId, otherAccount],
      relay: "https://relay.example",
      invited: [{ inboxId: other.device.inboxId, keyPackage: other.publish().keyPackage }],
      now,
    });
    return this.#sent(opened);
  }

  send(text: string): Outgoing {
    return this.#sent(sealContent(context, this.state, utf8(text)));
  }

  #sent<O extends Outgoing>(outgoing: O): O {
    this.state = outgoing.state;
    outgoing.consumed.wipe();
    this.#own.set(outgoing.entryId.join(), outgoing);
    return outgoing;
  }

  take(entry: LogEntry): TakenEntry {
    const taken = takeEntry(context, this.state, entry, this.#own.get(entry.entryId.join()));
    this.state = taken.state;
    taken.consumed.wipe();
    return taken;
  }

  enter(welcome: Uint8Array, position: Uint8Array) {
    const entered = enterConversation(context, this.keyPackages, welcome, position);
    this.state = entered.state;
    return entered;
  }
}

/** A log in memory: gives numbers, keeps order. */
export class MemoryLog {
  readonly entries: LogEntry[] = [];

  append({ entryId, bytes }: Outgoing): LogEntry {
    const entry = { seq: this.entries.length + 1, entryId, bytes };
    this.entries.push(entry);
    return entry;
  }
}

/** Two people in a direct conversation that the first opened. */
export function twoPeople(): { alice: Person; bob: Person; log: MemoryLog } {
  const [alice, bob, log] = [new Person("alice"), new Person("bob"), new MemoryLog()];
  const { taken } = alice.take(log.append(alice.open(bob)));
  if (taken.kind !== "commit") throw new Error(`the opening was ${taken.kind}`);
  const [ready] = taken.welcomes;
  if (ready === undefined) throw new Error("there is no welcome");
  bob.enter(ready.welcome, ready.position);
  return { alice, bob, log };
}
