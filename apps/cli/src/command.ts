import type { Client } from "@redoubt/client";
import type { Output } from "./output.js";
import type { Arguments } from "./parse-arguments.js";
import type { Surroundings } from "./settings.js";
import type { Terminal } from "./terminal.js";

/** What every command is run with. */
export interface Call {
  readonly values: readonly string[];
  readonly options: Arguments["options"];
  readonly out: Output;
  readonly terminal: Terminal;
  readonly isJson: boolean;
  /** Ends what would go on for ever. */
  readonly signal: AbortSignal;
}

/** What a command on the home's files is run with. */
export interface HomeCall extends Call {
  /** Absolute path of the home's folder. */
  readonly home: string;
  readonly surroundings: Surroundings;
}

interface Described {
  /** Arguments and options, as `parseArguments` reads them. */
  readonly usage: string;
  /** One line of help. */
  readonly summary: string;
}

/** A command on an open home. */
export interface ClientCommand extends Described {
  readonly kind: "client";
  /** Makes the home where there is none. */
  readonly makesHome?: true;
  /** Needs no relay, and does not look for one. */
  readonly isLocal?: (options: Arguments["options"]) => boolean;
  /** Goes on until it is stopped or its input ends: not to be given within rpc. */
  readonly isLong?: (options: Arguments["options"]) => boolean;
  readonly run: (client: Client, call: Call) => Promise<void>;
}

/** A command on a home's files, which nobody uses meanwhile. */
export interface HomeCommand extends Described {
  readonly kind: "home";
  readonly run: (call: HomeCall) => Promise<void>;
}

export type Command = ClientCommand | HomeCommand;
