import * as v from "valibot";

/**
 * What a relay may hold, line by line, and what it says when it is asked for what it holds. The document of a disclosure
 * travels as JSON, so that a person can read it.
 */

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const hex32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const isoDay = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/));

/** Ciphertext, and what stands around it. A secret is one of the relay's own: it has none of anybody else's. */
const dataClass = v.picklist(["ciphertext", "public key", "pseudonym", "metadata", "secret", "operational"]);

/** Columns of the database, files of the data folder, fields of log lines, metrics with their labels, memory alone. */
const dataPlace = v.picklist(["column", "file", "log", "metric", "memory"]);

/** Whose a thing is: the relay can go from an account to it, or from a log, or from neither. */
const dataSubject = v.picklist(["account", "log", "none"]);

const mapFields = {
  place: dataPlace,
  /** `table.column`, a path, `line.field`, `metric` or `metric{label}`, or a few words. */
  name: text,
  class: dataClass,
  subject: dataSubject,
  purpose: text,
  retention: text,
  /** How one gets there from an account, or why not. */
  path: text,
  /** Why it opens no message. */
  opensNothing: text,
};

/** One line of the data map. */
const dataMapLine = v.strictObject(mapFields);

/** Every line. */
const dataMap = v.pipe(v.array(dataMapLine), v.maxLength(1_000));

/** `rows`: so many were found. `unlinked`: nothing leads there from what was asked. `memory`: it is stored nowhere. */
const finding = v.variant("kind", [
  v.strictObject({ kind: v.literal("rows"), count }),
  v.strictObject({ kind: v.literal("unlinked") }),
  v.strictObject({ kind: v.literal("memory") }),
]);

const perDay = v.pipe(v.array(v.strictObject({ day: isoDay, count })), v.maxLength(4_000));

/** What an account comes to, read from its rows. */
const accountFacts = v.strictObject({
  id: hex32,
  /** Entries of its public chain; null where they cannot be read. */
  entries: v.nullable(v.pipe(v.array(v.strictObject({ kind: text, day: isoDay, devices: count })), v.maxLength(4_000))),
  devices: count,
  keyPackages: count,
  /** Sealed items that wait to be fetched, by the day on which they came. */
  inboxItems: perDay,
});

/** What a log comes to. */
const logFacts = v.strictObject({
  /** Sealed entries that are kept, by the day on which they came. */
  entries: perDay,
});

/** The document. */
const disclosureDocument = v.strictObject({
  format: v.literal("redoubt/disclosure/v1"),
  relay: text,
  /** The verifier key that the note is signed by, as the relay says: whoever checks must have it from elsewhere. */
  key: text,
  day: isoDay,
  question: v.variant("kind", [
    v.strictObject({ kind: v.literal("account"), name: text }),
    v.strictObject({ kind: v.literal("log"), id: hex32 }),
  ]),
  /** Whether there is such an account or log. */
  found: v.boolean(),
  /** Whether large sealed items stand in the rows whole, or with their size beside the digest that is in their row. */
  bodies: v.picklist(["whole", "named"]),
  account: v.nullable(accountFacts),
  log: v.nullable(logFacts),
  /** What is held nowhere, and why it cannot be. */
  absent: v.pipe(v.array(v.strictObject({ id: text, what: text, why: text })), v.maxLength(100)),
  /** SHA-256 of data-map.json. */
  dataMap: hex32,
  /** Every line of the data map, with what was found. */
  inventory: v.pipe(v.array(v.strictObject({ ...mapFields, finding })), v.maxLength(1_000)),
});

export type DataMapLine = v.InferOutput<typeof dataMapLine>;
export type DisclosureDocument = v.InferOutput<typeof disclosureDocument>;

/** Reads a document; `undefined` if it is none. */
export function readDisclosureDocument(value: unknown): DisclosureDocument | undefined {
  const read = v.safeParse(disclosureDocument, value, { abortEarly: true });
  return read.success ? read.output : undefined;
}

/** Reads a data map; `undefined` if it is none. */
export function readDataMap(value: unknown): readonly DataMapLine[] | undefined {
  const read = v.safeParse(dataMap, value, { abortEarly: true });
  return read.success ? read.output : undefined;
}
