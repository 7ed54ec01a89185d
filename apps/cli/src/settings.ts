import path from "node:path";
import { UsageError } from "./usage-error.js";

const defaultRelay = "http://127.0.0.1:8787";

/** Where settings come from besides the command. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly system: NodeJS.Platform;
  /** The user's folder. */
  readonly userFolder: string;
}

/** A variable that is set to something. */
export function variable({ variables }: Surroundings, name: string): string | undefined {
  const value = variables[name];
  return value === "" ? undefined : value;
}

/** The home's folder: `--home`, else REDOUBT_HOME, else in the place that the system has for data. */
export function homeFolder(option: string | undefined, surroundings: Surroundings): string {
  if (option === "") throw new UsageError("bad-value", "--home");
  return path.resolve(option ?? variable(surroundings, "REDOUBT_HOME") ?? dataFolder(surroundings));
}

function dataFolder(surroundings: Surroundings): string {
  const { system, userFolder } = surroundings;
  if (system === "win32") {
    return path.join(variable(surroundings, "APPDATA") ?? path.join(userFolder, "AppData", "Roaming"), "Redoubt");
  }
  if (system === "darwin") return path.join(userFolder, "Library", "Application Support", "Redoubt");
  return path.join(variable(surroundings, "XDG_DATA_HOME") ?? path.join(userFolder, ".local", "share"), "redoubt");
}

/** Origin of the relay for a home that has none yet: `--relay`, else REDOUBT_RELAY, else this machine's. */
export function relayOrigin(option: string | undefined, surroundings: Surroundings): string {
  return option ?? variable(surroundings, "REDOUBT_RELAY") ?? defaultRelay;
}
