import type { Change, SuiteId, Wire } from "@redoubt/peers/peer";

/** An MLS implementation in a race. Every `Peer` of `@redoubt/peers` is one. */
export interface Contestant<S extends Session = Session> {
  readonly name: string;
  createClient(options: { suite: SuiteId; identity: string }): Promise<Client<S>>;
}

export interface Client<S extends Session = Session> {
  createKeyPackage(): Promise<Uint8Array>;
  createGroup(groupId: Uint8Array): Promise<S>;
  join(welcome: Uint8Array): Promise<S>;
}

/** A member's place in a group. */
export interface Session {
  commit(changes?: readonly Change[], wire?: Wire): Promise<SentCommit>;
  seal(data: Uint8Array): Promise<Uint8Array>;
  process(message: Uint8Array): Promise<unknown>;
}

export interface SentCommit {
  readonly message: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  merge(): Promise<void>;
}
