import { type ConversationContext, createConversationContext, deviceIdentity, hashingOf } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { type AccountState, createGenesis, type Device, dayOf, proveDevice } from "@redoubt/identity";
import { generateKeyPackage, type OwnKeyPackage } from "@redoubt/mls";

export const provider = await createNodeProvider();
export const context: ConversationContext = createConversationContext(provider);
/** Seconds since 1970. */
export const now = 1_800_000_000n;
export const lifetime = { notBefore: now - 3600n, notAfter: now + 86_400n };
export const home = "https://relay.example";

/** An account with one device. */
export class Person {
  readonly chain: Uint8Array[];
  readonly account: AccountState;
  readonly device: Device;
  readonly keys;

  constructor(readonly name: string) {
    const { Ed25519 } = provider.signatures;
    const signWith = (key: Uint8Array) => (message: Uint8Array) => Ed25519.sign(key, message);
    const recovery = Ed25519.generateKeyPair(provider.random);
    this.keys = Ed25519.generateKeyPair(provider.random);
    const claim = proveDevice(name, this.keys.publicKey, provider.random(16), signWith(this.keys.privateKey));
    const { entry, account } = createGenesis(hashingOf(provider), {
      username: name,
      devices: [claim],
      recovery: { publicKey: recovery.publicKey, sign: signWith(recovery.privateKey) },
      day: dayOf(Number(now) * 1000),
    });
    this.chain = [entry];
    this.account = account;
    this.device = account.devices[0] as Device;
  }

  get identity() {
    return deviceIdentity(this.account, this.chain, this.device, this.keys);
  }

  publish(): OwnKeyPackage {
    return generateKeyPackage(context.mls, this.identity, { lifetime });
  }
}
