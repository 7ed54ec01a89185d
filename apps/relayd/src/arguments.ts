import { parseArgs } from "node:util";
import { limits } from "@redoubt/wire";

export const usage = `redoubt-relay start [--data DIR] [--port N] [--host H] [--web DIR] [--public-url URL]
                    [--tls-cert FILE --tls-key FILE] [--registration open|closed]
                    [--max-storage BYTES] [--trust-proxy]

  --data DIR        where the relay keeps its database (./data)
  --port N          where it listens (8787; 0 for any free port)
  --host H          the address it listens on (127.0.0.1)
  --web DIR         a folder to serve at /
  --public-url URL  how people reach the relay, where that is not http://HOST:PORT
  --tls-cert, --tls-key  PEM files; without them run it behind a proxy that speaks TLS
  --registration    whether strangers may register (open)
  --max-storage     most bytes of the database (as many as the disk holds)
  --trust-proxy     take clients' addresses from a proxy's X-Forwarded-For`;

/** What `start` was asked to do. */
export interface StartArguments {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly web: string | undefined;
  readonly publicUrl: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly registrationOpen: boolean;
  readonly maxStorage: number | undefined;
  readonly trustProxy: boolean;
  readonly powBits: number;
}

/** Wrong usage: what is wrong, as a sentence. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 *
 * @param argv what follows the program's name
 * @returns "help" if that was asked for
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): StartArguments | "help" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  const [command, ...rest] = positionals;
  if (command !== "start") throw new UsageError(command === undefined ? "no command" : `unknown command: ${command}`);
  if (rest.length > 0) throw new UsageError(`unexpected: ${rest.join(" ")}`);
  const { registration } = values;
  if (registration !== "open" && registration !== "closed") throw new UsageError("--registration is open or closed");
  const { "tls-cert": cert, "tls-key": key, "public-url": publicUrl } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--tls-cert and --tls-key go together");
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new UsageError("--public-url is no URL");
  return {
    data: values.data,
    port: integer("--port", values.port, 65_535),
    host: values.host,
    web: values.web,
    publicUrl,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    registrationOpen: registration === "open",
    maxStorage: values["max-storage"] === undefined ? undefined : integer("--max-storage", values["max-storage"]),
    trustProxy: values["trust-proxy"],
    powBits: integer("--pow-bits", values["pow-bits"], limits.powBits),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        data: { type: "string", default: "./data" },
        port: { type: "string", default: "8787" },
        host: { type: "string", default: "127.0.0.1" },
        web: { type: "string" },
        "public-url": { type: "string" },
        "tls-cert": { type: "string" },
        "tls-key": { type: "string" },
        registration: { type: "string", default: "open" },
        "max-storage": { type: "string" },
        "trust-proxy": { type: "boolean", default: false },
        // For tests and trials: a relay in the open that asks for no work is one that anyone fills.
        "pow-bits": { type: "string", default: "16" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function integer(option: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new UsageError(`${option} is a whole number up to ${most}`);
  return value;
}
