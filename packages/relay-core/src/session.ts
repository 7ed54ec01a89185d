import type { Request } from "@redoubt/wire";

/** What is behind one connection. */
export interface Session {
  /** Takes a request; the answer goes to the peer, at once or at the end of the turn. */
  handle(request: Request): void;
  /** Whether somebody has signed in, or asked for anything: a connection that nobody uses is not kept. */
  isInUse(): boolean;
  /** The connection has ended. */
  leave(): void;
}
