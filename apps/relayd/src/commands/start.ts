import { createLogger, type Registration, startRelay } from "@redoubt/relay";
import { limits } from "@redoubt/wire";
import { type Command, dataOption, integer, readWords, UsageError } from "../command.js";

/** The options that say how a relay runs. */
export const startOptions = {
  ...dataOption,
  port: { type: "string", default: "8787" },
  host: { type: "string", default: "127.0.0.1" },
  web: { type: "string" },
  "web-connect": { type: "string", multiple: true, default: [] as string[] },
  "public-url": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  registration: { type: "string", default: "open" },
  "max-storage": { type: "string" },
  "max-connections": { type: "string" },
  "max-per-address": { type: "string" },
  "trust-proxy": { type: "boolean", default: false },
  // For tests and trials: a relay in the open that asks for no work is one that anyone fills.
  "pow-bits": { type: "string", default: "16" },
} as const;

const registrations: readonly Registration[] = ["open", "invite", "closed"];

/** What `start` was asked to do. */
export interface StartArguments {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly web: { readonly folder: string; readonly connect: readonly string[] } | undefined;
  readonly publicUrl: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly registration: Registration;
  readonly maxStorage: number | undefined;
  /** Open connections, in all and from one address: what the relay chooses where it is not said. */
  readonly connections: { readonly inAll?: number; readonly perAddress?: number };
  readonly trustProxy: boolean;
  readonly powBits: number;
}

/** Runs the relay until it is told to stop. */
export const start: Command<StartArguments> = {
  synopsis: `redoubt-relay start [--data DIR] [--port N] [--host H] [--web DIR [--web-connect URL]...] [--public-url URL]
                    [--tls-cert FILE --tls-key FILE] [--registration open|invite|closed]
                    [--max-storage BYTES] [--max-connections N] [--max-per-address N] [--trust-proxy]`,
  explanation: `  start             runs the relay until SIGTERM or SIGINT; SIGHUP reads the TLS files again
  --port N          where it listens (8787; 0 for any free port)
  --host H          the address it listens on (127.0.0.1)
  --web DIR         a web app to serve at /
  --web-connect URL a relay besides this one that the web app may talk to (repeat it for more)
  --public-url URL  how people reach the relay, where that is not http://HOST:PORT
  --tls-cert, --tls-key  PEM files; without them run it behind a proxy that speaks TLS
  --registration    who may register: anyone, who has an invite, nobody (open)
  --max-storage     most bytes of database and files (as many as the disk holds)
  --max-connections N  open connections in all (1,024 fewer than the files it may open, at most 100,000)
  --max-per-address N  open connections from one address (2,000)
  --trust-proxy     take clients' addresses from a proxy's X-Forwarded-For`,
  read: (words) => readStart(readWords(words, startOptions).values),
  run: async (asked) => {
    const logger = createLogger();
    const relay = await startRelay({ ...asked, logger });
    logger.info({ url: asked.publicUrl ?? relay.url }, "ready");
    process.on("SIGHUP", () => relay.renewTls());
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void relay.stop());
    return 0;
  },
};

/** @param values of the options, with the defaults @throws UsageError */
export function readStart(values: ReturnType<typeof readWords<typeof startOptions>>["values"]): StartArguments {
  const registration = registrations.find((known) => known === values.registration);
  if (registration === undefined) throw new UsageError("--registration is open, invite or closed");
  const { "tls-cert": cert, "tls-key": key, "public-url": publicUrl, "max-storage": maxStorage } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--tls-cert and --tls-key go together");
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new UsageError("--public-url is no URL");
  return {
    data: values.data,
    port: integer("--port", values.port, 65_535),
    host: values.host,
    web: values.web === undefined ? undefined : { folder: values.web, connect: values["web-connect"].map(origin) },
    publicUrl,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    registration,
    maxStorage: maxStorage === undefined ? undefined : integer("--max-storage", maxStorage),
    connections: {
      ...atLeastOne("--max-connections", "inAll", values["max-connections"]),
      ...atLeastOne("--max-per-address", "perAddress", values["max-per-address"]),
    },
    trustProxy: values["trust-proxy"],
    powBits: integer("--pow-bits", values["pow-bits"], limits.powBits),
  };
}

/** In the form in which a page's policy has it. */
function origin(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isHttp = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  if (parsed === undefined || !isHttp) throw new UsageError("--web-connect is no http or https URL");
  return parsed.origin;
}

function atLeastOne<Name extends string>(
  option: string,
  name: Name,
  text: string | undefined,
): { readonly [Key in Name]?: number } {
  if (text === undefined) return {};
  const number = integer(option, text);
  if (number === 0) throw new UsageError(`${option} is at least 1`);
  return { [name]: number } as { readonly [Key in Name]: number };
}
