export type { Registration } from "@redoubt/relay-core";
export { createLogger } from "./log.js";
export { type InviteOptions, makeInvite } from "./make-invite.js";
export { type Relay, type RelayOptions, startRelay } from "./relay.js";
export { StartError } from "./start-error.js";
