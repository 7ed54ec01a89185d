import type { Clock, Random, Sha256 } from "@redoubt/base";
import type { SendHttp } from "./http.js";

/** What a socket tells. Never from within the call that opened it. */
export interface SocketListener {
  /** One binary message. The bytes may be reused by the platform once this returns. */
  message(bytes: Uint8Array): void;
  /**
   * The socket is closed or could not be opened; nothing more is told. Exactly once for every socket, whoever closed it.
   *
   * @param code the close code (RFC 6455 §7.4), 1006 if there was none
   * @param cause what the platform knows of it
   */
  closed(code: number, cause?: unknown): void;
}

/** An open WebSocket, or one that is being opened. */
export interface Socket {
  /** Sends one binary message. Not before the first message has come in; without effect once it is closed. */
  send(message: Uint8Array): void;
  /** Closes it; whatever was sent before still goes out. */
  close(): void;
}

/**
 * Opens a WebSocket without compression (RFC 7692 tells lengths). Closes it by itself on a message that is not binary
 * or longer than `limits.frame`.
 *
 * @param url ws: or wss:
 */
export type OpenSocket = (url: string, listener: SocketListener) => Socket;

/** Runs something once, after a time in milliseconds, unless the returned function is called before. */
export type Schedule = (milliseconds: number, run: () => void) => () => void;

/** What differs between a browser and Node: `@redoubt/transport/web` and `@redoubt/transport/node`. */
export interface Platform {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly openSocket: OpenSocket;
  readonly sendHttp: SendHttp;
}

/** Everything that a transport stands on. */
export interface TransportPorts extends Platform {
  readonly random: Random;
  readonly sha256: Sha256;
}
