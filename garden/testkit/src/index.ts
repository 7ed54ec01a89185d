export { startChromium } from "./chromium.js";
export { within } from "./deadline.js";
export { type Fields, Person, type PersonOptions, type Rpc, RpcError } from "./person.js";
export { buildPrograms, type Run, redoubtProgram } from "./programs.js";
export { type RelayOptions, RelayProcess } from "./relay-process.js";
export { RunningProcess } from "./running-process.js";
export { type ProxiedConnection, TcpProxy } from "./tcp-proxy.js";
export { TemporaryFolder } from "./temporary-folder.js";
export { World } from "./world.js";
