export { createLogger } from "./log.js";
export { type Relay, type RelayOptions, startRelay } from "./relay.js";
export { StartError } from "./start-error.js";
