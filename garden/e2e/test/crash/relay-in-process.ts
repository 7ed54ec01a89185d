import { createLogger, type Relay, startRelay } from "@redoubt/relay";

/** Tests come from one address alone. */
const plenty = 1_000_000;
const rates = {
  connect: plenty,
  register: plenty,
  lookup: plenty,
  take: plenty,
  post: plenty,
  create: plenty,
  append: plenty,
  read: plenty,
  account: plenty,
  disclose: plenty,
};

/** A relay in the process of the test. @param logLines takes what it logs */
export function startRelayHere(data: string, logLines: string[] = [], clock = Date.now): Promise<Relay> {
  return startRelay({
    data,
    host: "127.0.0.1",
    port: 0,
    registration: "open",
    trustProxy: false,
    powBits: 4,
    rates,
    clock,
    logger: createLogger({ write: (line: string) => void logLines.push(line) }),
  });
}
