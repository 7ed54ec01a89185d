import { parseArgs } from "node:util";
import type { Registration } from "@redoubt/relay";
import { limits } from "@redoubt/wire";

export const usage = `redoubt-relay start [--data DIR] [--port N] [--host H] [--web DIR] [--public-url URL]
                    [--tls-cert FILE --tls-key FILE] [--registration open|invite|closed]
                    [--max-storage BYTES] [--trust-proxy]
redoubt-relay invite [--data DIR] [--uses N] [--days N]

  --data DIR        where the relay keeps its database (./data)
  --port N          where it listens (8787; 0 for any free port)
  --host H          the address it listens on (127.0.0.1)
  --web DIR         a folder to serve at /
  --public-url URL  how people reach the relay, where that is not http://HOST:PORT
  --tls-cert, --tls-key  PEM files; without them run it behind a proxy that speaks TLS
  --registration    who may register: anyone, who has an invite, nobody (open)
  --max-storage     most bytes of database and files (as many as the disk holds)
  --trust-proxy     take clients' addresses from a proxy's X-Forwarded-For

  invite            makes an invite and prints it, also while the relay is running; it is shown once
  --uses N          how many people may register with it (1)
  --days N          how many days it holds, today included (30)`;

/** What `invite` was asked to do. */
export interface InviteArguments {
  readonly command: "invite";
  readonly data: string;
  readonly uses: number;
  readonly days: number;
}

/** What `start` was asked to do. */
export interface StartArguments {
  readonly command: "start";
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly web: string | undefined;
  readonly publicUrl: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly registration: Registration;
  readonly maxStorage: number | undefined;
  readonly trustProxy: boolean;
  readonly powBits: number;
}

const defaultData = "./data";
const registrations: readonly Registration[] = ["open", "invite", "closed"];
const optionsOf = {
  start: new Set(
    "data port host web public-url tls-cert tls-key registration max-storage trust-proxy pow-bits".split(" "),
  ),
  invite: new Set(["data", "uses", "days"]),
};

/** Wrong usage: what is wrong, as a sentence. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 *
 * @param argv what follows the program's name
 * @returns "help" if that was asked for
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): StartArguments | InviteArguments | "help" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  const [command, ...rest] = positionals;
  if (command !== "start" && command !== "invite")
    throw new UsageError(command === undefined ? "no command" : `unknown command: ${command}`);
  if (rest.length > 0) throw new UsageError(`unexpected: ${rest.join(" ")}`);
  const foreign = Object.keys(values).find((name) => !optionsOf[command].has(name));
  if (foreign !== undefined) throw new UsageError(`${command} takes no --${foreign}`);
  return command === "start" ? readStart(values) : readInvite(values);
}

type Values = ReturnType<typeof parse>["values"];

function readInvite(values: Values): InviteArguments {
  const count = (option: string, text: string | undefined, otherwise: number) => {
    const number = text === undefined ? otherwise : integer(option, text, 1_000_000);
    if (number === 0) throw new UsageError(`${option} is at least 1`);
    return number;
  };
  return {
    command: "invite",
    data: values.data ?? defaultData,
    uses: count("--uses", values.uses, 1),
    days: count("--days", values.days, 30),
  };
}

function readStart(values: Values): StartArguments {
  const registration = registrations.find((known) => known === (values.registration ?? "open"));
  if (registration === undefined) throw new UsageError("--registration is open, invite or closed");
  const { "tls-cert": cert, "tls-key": key, "public-url": publicUrl } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--tls-cert and --tls-key go together");
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new UsageError("--public-url is no URL");
  return {
    command: "start",
    data: values.data ?? defaultData,
    port: integer("--port", values.port ?? "8787", 65_535),
    host: values.host ?? "127.0.0.1",
    web: values.web,
    publicUrl,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    registration,
    maxStorage: values["max-storage"] === undefined ? undefined : integer("--max-storage", values["max-storage"]),
    trustProxy: values["trust-proxy"] ?? false,
    powBits: integer("--pow-bits", values["pow-bits"] ?? "16", limits.powBits),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        data: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        web: { type: "string" },
        "public-url": { type: "string" },
        "tls-cert": { type: "string" },
        "tls-key": { type: "string" },
        registration: { type: "string" },
        "max-storage": { type: "string" },
        "trust-proxy": { type: "boolean" },
        // For tests and trials: a relay in the open that asks for no work is one that anyone fills.
        "pow-bits": { type: "string" },
        uses: { type: "string" },
        days: { type: "string" },
        help: { type: "boolean", short: "h" },
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
