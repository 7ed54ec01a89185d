import type { CborValue, Clock, Ed25519Verify, Random, Sha256 } from "@redoubt/base";
import type { AccountChains } from "./account-chains.js";
import type { DiscloseAccount } from "./disclose-account.js";
import type { RelayStore } from "./store.js";

/** A message as it goes over a socket, made once for however many receive it. */
export interface Frame {
  readonly length: number;
}

/** A client's connection, as the core sees it. */
export interface Peer {
  /** Queues a frame. Never throws: after the connection has ended, nothing happens. */
  send(frame: Frame): void;
  /** Bytes that are queued and not yet taken by the network. */
  backlog(): number;
  /** Calls back once, in a later turn, as soon as the backlog is small; never if the connection ends before. */
  whenDrained(callback: () => void): void;
  /** Ends the connection with a WebSocket close code. */
  close(code: number): void;
}

/** What the core needs of the world. */
export interface RelayPorts {
  readonly store: RelayStore;
  readonly chains: AccountChains;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly verify: Ed25519Verify;
  readonly frame: (message: CborValue) => Frame;
  /** Calls back once at the end of the current event-loop turn, when all its requests are in. */
  readonly atTurnEnd: (callback: () => void) => void;
  readonly discloseAccount: DiscloseAccount;
  /** Told of a fault that a client only sees as `internal`, `storage-full` or `storage-damaged`. */
  readonly fault: (error: unknown) => void;
}
