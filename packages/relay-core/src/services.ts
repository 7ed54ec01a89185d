import type { Accounts } from "./accounts.js";
import type { Devices } from "./devices.js";
import type { Inboxes } from "./inboxes.js";
import type { KeyPackages } from "./key-packages.js";
import type { LogWatches } from "./log-watches.js";
import type { Logs } from "./logs.js";
import type { SelfDisclosures } from "./self-disclosures.js";

/** What sessions draw on. */
export interface RelayServices {
  readonly accounts: Accounts;
  readonly devices: Devices;
  readonly disclosures: SelfDisclosures;
  readonly inboxes: Inboxes;
  readonly keyPackages: KeyPackages;
  readonly logs: Logs;
  readonly watches: LogWatches;
}
