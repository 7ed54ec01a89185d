import { toHex, utf8 } from "@redoubt/base";
import { storeDataMap } from "@redoubt/relay-store";
import type { DataMapLine } from "@redoubt/wire";
import { sha256 } from "../sha256.js";
import { disclosureKeyFile } from "./disclosure-key.js";

type Said = Omit<DataMapLine, "place" | "subject"> & Partial<Pick<DataMapLine, "subject">>;

const lines = (place: DataMapLine["place"], said: readonly Said[]): readonly DataMapLine[] =>
  said.map((line) => ({ place, subject: "none", ...line }));

const noLine = "None. No line of the log holds a name, an address, an id or anything that a client has sent.";
const logRetention = "As long as the operator keeps the relay’s standard output.";

const logLine = (name: string, purpose: string): Said => ({
  name,
  class: "operational",
  purpose,
  retention: logRetention,
  path: noLine,
  opensNothing: "It says what the relay does, and holds nothing that a client has sent.",
});

/** Every field that a line of the log may have, by the line's message. */
const logLines = lines("log", [
  logLine("*.level", "How grave it is."),
  logLine("*.time", "When the line was written. No line is written because of what a person does, other than a fault."),
  logLine("*.msg", "Which line it is."),
  logLine("listening.url", "The relay’s own address."),
  logLine("ready.url", "The relay’s public address."),
  logLine("a request failed.name", "The kind of a fault in the relay’s code, without its message."),
  logLine("a request failed.code", "The system’s code of the fault, such as ENOSPC."),
  logLine("a request failed.at", "Where in the relay’s code it was."),
  logLine("more requests failed.count", "How many more faults there were in a minute than have a line of their own."),
  logLine("the nightly work failed.name", "The kind of a fault in the relay’s code, without its message."),
  logLine("the nightly work failed.code", "The system’s code of the fault."),
  logLine("the nightly work failed.at", "Where in the relay’s code it was."),
  logLine("the certificate cannot be read.name", "The kind of the fault, without its message."),
  logLine("the certificate cannot be read.code", "The code of the fault."),
  logLine("the certificate cannot be read.at", "Where in the relay’s code it was."),
]);

const metric = (name: string, purpose: string): Said => ({
  name,
  class: "operational",
  purpose,
  retention: "In memory, from the relay’s start on; what fetches /metrics may keep it.",
  path: "None. Metrics are sums over everybody; no label holds a name, an address or an id.",
  opensNothing: "A sum. No key derives from it.",
});

const metricLines = lines("metric", [
  metric("redoubt_answers_total", "Requests answered."),
  metric("redoubt_answers_total{op}", "The name of the operation, one of the contract’s."),
  metric("redoubt_answers_total{code}", "How it ended, one of the contract’s codes."),
  metric("redoubt_connections", "Open sockets."),
  metric("redoubt_connections{kind}", "Named or anonymous."),
  metric("redoubt_watches", "Logs being watched, summed over connections."),
  metric("redoubt_blobs", "Sealed files held or being uploaded."),
  metric("redoubt_blob_bytes", "Their bytes."),
  metric("redoubt_deliveries", "Log entries handed to watchers."),
]);

const sealedUnderway = "What passes is sealed on members’ devices. The relay holds no key that opens it.";

const memoryLines = lines("memory", [
  {
    name: "rate limits by address",
    class: "metadata",
    purpose: "Counts requests by network address, so that one cannot crowd out the others.",
    retention: "Until the count has run down: at most 10 minutes after the last request from the address.",
    path: "None that is stored. A bucket has an address and a kind of request, no account.",
    opensNothing: "An address. No key derives from it.",
  },
  {
    name: "connections by address",
    class: "metadata",
    purpose: "Counts open connections and transfers by network address, so that one cannot crowd out the others.",
    retention: "Until the connection closes.",
    path: "None that is stored. A count has an address, no account.",
    opensNothing: "An address and a number. No key derives from them.",
  },
  {
    name: "key packages taken by account",
    class: "metadata",
    purpose: "Counts how many of an account’s one-time key packages were handed out, so that nobody drains them.",
    retention: "Until the count has run down: at most 40 minutes after the last one was taken.",
    path: "By account id. It does not say who took one. Nothing of this is written.",
    opensNothing: "A number. No key derives from it.",
    subject: "account",
  },
  {
    name: "open connections",
    class: "metadata",
    purpose: "Answers the requests of a socket: its kind, address, nonce, requests that are not answered yet.",
    retention: "Until the socket closes.",
    path: "While a device is signed in, from its account to its socket and so to its address. Nothing of this is written.",
    opensNothing: sealedUnderway,
    subject: "account",
  },
  {
    name: "signed-in devices",
    class: "metadata",
    purpose: "Delivers what comes to a device’s inbox, and ends its connection when the device is revoked.",
    retention: "Until the socket closes.",
    path: "By account id. Nothing of this is written.",
    opensNothing: "A public key and a socket.",
    subject: "account",
  },
  {
    name: "disclosures asked for by account",
    class: "metadata",
    purpose: "Counts how often an account has asked what is held on it, so that asking does not take the relay’s time.",
    retention: "Until the count has run down: at most 2 minutes after the last time.",
    path: "By account id. Nothing of this is written.",
    opensNothing: "A number. No key derives from it.",
    subject: "account",
  },
  {
    name: "a disclosure being fetched",
    class: "metadata",
    purpose: "What an account has asked for of its own data, until it has fetched all pages.",
    retention: "Until the last page is fetched, or the socket closes.",
    path: "By the account’s socket. It repeats rows that are in this list.",
    opensNothing: "It repeats rows that are in this list.",
    subject: "account",
  },
  {
    name: "watches of logs",
    class: "metadata",
    purpose: "Delivers new entries of a log to the sockets that watch it.",
    retention: "Until the socket closes or stops to watch.",
    path: "None. The sockets that watch logs are anonymous: they name no account.",
    opensNothing: sealedUnderway,
    subject: "log",
  },
  {
    name: "logs in use",
    class: "operational",
    purpose: "Keeps at hand what the columns of logs say, and which sockets have proved a write key.",
    retention: "Until the relay stops, or the log is not used for a while.",
    path: "None. As the columns of logs.",
    opensNothing: "Public keys and numbers.",
    subject: "log",
  },
  {
    name: "upload quotas by log",
    class: "metadata",
    purpose: "Counts the bytes that members of one log begin to upload in a day.",
    retention: "A day.",
    path: "None. The count is a log’s, and names no file.",
    opensNothing: "A number of bytes.",
    subject: "log",
  },
  {
    name: "salts of proofs of work",
    class: "operational",
    purpose: "What proofs of work are made with.",
    retention: "Two hours.",
    path: "None. They are the same for everybody.",
    opensNothing: "A public random number.",
  },
]);

const secretLines = lines("file", [
  {
    name: disclosureKeyFile,
    class: "secret",
    purpose: "The relay’s own key, by which it signs what it discloses. It is in no dump of the database.",
    retention: "As long as the relay.",
    path: "None. It is the relay’s.",
    opensNothing: "It signs notes. It is an Ed25519 key, which decrypts nothing, and no client seals anything for it.",
  },
  {
    name: "--tls-key FILE",
    class: "secret",
    purpose:
      "The relay’s own key of its TLS certificate, where it speaks TLS itself. It lies where the operator puts it.",
    retention: "As the operator keeps it.",
    path: "None. It is the relay’s.",
    opensNothing:
      "It proves the relay’s name to clients. What travels inside TLS is sealed before, under keys that the relay does not have.",
  },
]);

/** Everything that the relay holds, in files or in memory: a line each. Tests hold it against what is really there. */
export const dataMap: readonly DataMapLine[] = [
  ...storeDataMap,
  ...secretLines,
  ...logLines,
  ...metricLines,
  ...memoryLines,
];

/** The map as a file: JSON, a line for each of its lines. */
export const dataMapFile: Uint8Array = utf8(`[\n${dataMap.map((line) => JSON.stringify(line)).join(",\n")}\n]\n`);

/** SHA-256 of that file, in hexadecimal: another map has another. */
export const dataMapHash: string = toHex(sha256(dataMapFile));
