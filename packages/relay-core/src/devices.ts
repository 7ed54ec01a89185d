import { bytesKey, concatBytes, equalBytes, utf8 } from "@redoubt/base";
import { closeCodes, domains, type Params } from "@redoubt/wire";
import type { DeviceRecord } from "./account-store.js";
import type { Frame, Peer, RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";

const domain = utf8(domains.auth);

/** A device that has shown its key on this connection. */
export interface SignedIn extends DeviceRecord {
  readonly accountId: Uint8Array;
}

/** The devices that are signed in, so that a revoked one is put out at once. */
export class Devices {
  readonly #ports: RelayPorts;
  readonly #peers = new Map<string, Map<Peer, SignedIn>>();

  constructor(ports: RelayPorts) {
    this.#ports = ports;
  }

  /** @param nonce of the connection, 32 bytes */
  signIn([accountId, sigKey, signature]: Params<"auth">, nonce: Uint8Array, peer: Peer): SignedIn {
    const { store, verify } = this.#ports;
    const found = store.accounts.devices(accountId).find((device) => equalBytes(device.sigKey, sigKey));
    if (found === undefined) throw new RelayError("unknown-device");
    if (!verify(sigKey, concatBytes(domain, nonce, accountId), signature)) throw new RelayError("bad-signature");
    const device = { ...found, accountId };
    const key = bytesKey(accountId);
    const peers = this.#peers.get(key) ?? new Map<Peer, SignedIn>();
    this.#peers.set(key, peers.set(peer, device));
    return device;
  }

  leave({ accountId }: SignedIn, peer: Peer): void {
    const key = bytesKey(accountId);
    const peers = this.#peers.get(key);
    peers?.delete(peer);
    if (peers?.size === 0) this.#peers.delete(key);
  }

  /** Sends a frame to the connections of one device. */
  tell({ accountId, deviceId }: Pick<SignedIn, "accountId" | "deviceId">, frame: Frame): void {
    for (const [peer, device] of this.#peers.get(bytesKey(accountId)) ?? []) {
      if (equalBytes(device.deviceId, deviceId)) peer.send(frame);
    }
  }

  /** Ends the connections of an account's devices that are no longer among `devices`. */
  revoke(accountId: Uint8Array, devices: readonly DeviceRecord[]): void {
    for (const [peer, { sigKey }] of this.#peers.get(bytesKey(accountId)) ?? []) {
      if (!devices.some((device) => equalBytes(device.sigKey, sigKey))) peer.close(closeCodes.revoked);
    }
  }
}
