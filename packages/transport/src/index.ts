export type { Session } from "./connection.js";
export { createTransport, type Transport } from "./create-transport.js";
export { RelayError, TransportError, type TransportErrorCode } from "./error.js";
export type { LinkState } from "./link.js";
export type { LogListener, WatchedEntry } from "./log-watches.js";
export type { DeviceIdentity, InboxListener, NamedLink } from "./named-link.js";
export type { OpenSocket, Platform, Schedule, Socket, SocketListener, TransportPorts } from "./platform.js";
export type { WatchingLink } from "./watching-link.js";
