import type { DataMapLine } from "@redoubt/wire";

type Said = Pick<DataMapLine, "class" | "purpose"> & Partial<Pick<DataMapLine, "retention" | "path" | "opensNothing">>;
type Common = Pick<DataMapLine, "subject" | "retention" | "path">;

/** Why a thing of a class opens no message, where its line does not say more. */
const opensNothing: Readonly<Record<DataMapLine["class"], string>> = {
  ciphertext: "Sealed on a member’s device for other devices. The keys that open it never leave members’ devices.",
  "public key": "A public key checks signatures, or seals for its owner. It opens nothing.",
  pseudonym: "An identifier. No key derives from it.",
  metadata: "A number. No key derives from it.",
  secret: "A key of the relay’s own, which no member’s device seals anything with.",
  operational: "A value that the relay counts or checks by. No key derives from it.",
};

/** The lines of one table, a line for each of its columns. */
function table(name: string, common: Common, columns: Readonly<Record<string, Said>>): readonly DataMapLine[] {
  return Object.entries(columns).map(([column, said]) => ({
    place: "column",
    name: `${name}.${column}`,
    opensNothing: opensNothing[said.class],
    ...common,
    ...said,
  }));
}

const accountRows: Common = {
  subject: "account",
  retention: "As long as the account.",
  path: "Stored by account id, which is found by user name.",
};
const inboxRows: Common = {
  subject: "account",
  retention: "As long as the account states the device.",
  path: "Stored by inbox id, which the account’s public entries state for each device.",
};
const logRows: Common = {
  subject: "log",
  retention: "Until an owner of the conversation deletes the log.",
  path: "None. A log is made and written to by connections that name no account, and no column of one table names both.",
};
const logEntryRows: Common = { ...logRows, retention: "30 days, or until the log is deleted." };

const columnLines: readonly DataMapLine[] = [
  ...table("accounts", accountRows, {
    account_id: { class: "pseudonym", purpose: "The account: SHA-256 of its first signed entry." },
    username: {
      class: "pseudonym",
      purpose: "The name by which others look the account up. Its owner chose it; no other name is asked for.",
    },
  }),
  ...table("account_entries", accountRows, {
    account_id: { class: "pseudonym", purpose: "Whose entry it is." },
    seq: { class: "metadata", purpose: "The number of the entry in its chain, from 0." },
    entry: {
      class: "public key",
      purpose:
        "One signed entry of the account’s public chain: name, public keys and inbox ids of its devices, public recovery key, the day. Anyone may look it up.",
    },
  }),
  ...table(
    "devices",
    { ...accountRows, retention: "As long as the account’s newest entry states the device." },
    {
      account_id: { class: "pseudonym", purpose: "Whose device it is." },
      device_id: { class: "pseudonym", purpose: "The device: the head of SHA-256 of its public key." },
      sig_key: { class: "public key", purpose: "The device’s public signature key, by which it signs in." },
      inbox_id: { class: "pseudonym", purpose: "Where others post sealed items to the device." },
    },
  ),
  ...table(
    "key_packages",
    {
      ...accountRows,
      retention:
        "Until somebody takes it to write to the device; the last resort until it is replaced; all until the device is revoked.",
    },
    {
      account_id: { class: "pseudonym", purpose: "Whose it is." },
      device_id: { class: "pseudonym", purpose: "Which device’s it is." },
      last_resort: { class: "metadata", purpose: "1 for the one that is handed out when no other is left, else 0." },
      digest: { class: "pseudonym", purpose: "SHA-256 of the package, so that one is not kept twice." },
      package: {
        class: "public key",
        purpose:
          "Public keys by which others can add the device to a conversation (RFC 9420 §10), the account’s public chain, and a lifetime that begins and ends with a quarter of 90 days of a fixed calendar.",
      },
    },
  ),
  ...table("inboxes", inboxRows, {
    inbox_id: { class: "pseudonym", purpose: "The inbox of one device." },
    token_hash: {
      class: "operational",
      purpose: "SHA-256 of the token that the owner gives to contacts, so that they post without proof of work.",
      opensNothing: "The hash of a permission to post. It is no key, and the token itself opens nothing either.",
    },
    max_per_day: {
      class: "operational",
      purpose: "How many posts by token the owner wants in a day; 0 for any number.",
    },
    last_number: {
      class: "metadata",
      purpose: "The number of the newest item that ever came, to number the next one.",
    },
  }),
  ...table(
    "inbox_items",
    { ...inboxRows, retention: "Until the device has fetched it." },
    {
      inbox_id: { class: "pseudonym", purpose: "Whose inbox it is in." },
      number: { class: "metadata", purpose: "Its number in the inbox, by which the device says that it has it." },
      digest: { class: "pseudonym", purpose: "SHA-256 of inbox id and item, so that one is not kept twice." },
      item: {
        class: "ciphertext",
        purpose: "What a sender has sealed for the device. It does not say who the sender is.",
      },
      day: { class: "metadata", purpose: "The day on which it came. Nothing finer is kept." },
    },
  ),
  ...table("logs", logRows, {
    handle: { class: "pseudonym", purpose: "A random number that stands for the log within the database." },
    log_id: {
      class: "pseudonym",
      purpose: "The log’s random id. Whoever knows it may fetch the log’s sealed entries.",
      opensNothing: "It lets one fetch ciphertext, and opens none of it.",
    },
    owner_key: { class: "public key", purpose: "The public key that may reset the write key and delete the log." },
    write_key: { class: "public key", purpose: "The public key that members prove to write; all of them share it." },
    previous_key: { class: "public key", purpose: "The public write key before this one, while it still holds." },
    counter: { class: "metadata", purpose: "How often the write key was changed." },
    expired: { class: "metadata", purpose: "The number up to which entries have expired." },
  }),
  ...table("log_entries", logEntryRows, {
    id: {
      class: "metadata",
      purpose:
        "The row’s number. It tells the order in which rows came in until the next night, when all are renumbered.",
    },
    log: { class: "pseudonym", purpose: "Which log it is in, by its handle." },
    seq: { class: "metadata", purpose: "Its number in the log, from 1." },
    entry_id: { class: "pseudonym", purpose: "16 random bytes of its writer, so that one is not kept twice." },
    bytes: {
      class: "ciphertext",
      purpose: "What a member has sealed for the members, padded. It does not say who the member is.",
    },
    day: { class: "metadata", purpose: "The day on which it came, to know when it expires. Nothing finer is kept." },
    checksum: {
      class: "operational",
      purpose: "A checksum of the ciphertext, for a page of the disk that has gone bad.",
    },
  }),
  ...table(
    "invites",
    {
      subject: "none",
      retention: "Until it is used up or its last day is over.",
      path: "None. Which account came by which invite is written nowhere.",
    },
    {
      hash: { class: "operational", purpose: "SHA-256 of an invite that the operator has made." },
      uses: { class: "operational", purpose: "How often it may still be used." },
      last_day: { class: "operational", purpose: "The last day on which it holds." },
    },
  ),
  ...table(
    "blobs",
    {
      subject: "none",
      retention: "30 days from the last byte that came; of an upload that broke off, one day.",
      path: "None. A file is put by a connection that names no account, and its row names no log.",
    },
    {
      blob_id: {
        class: "pseudonym",
        purpose: "The sealed file’s random id. Whoever knows it may fetch the ciphertext.",
      },
      length: { class: "metadata", purpose: "Its length in bytes, after padding." },
      received: { class: "metadata", purpose: "How many bytes of it have come." },
      received_day: { class: "metadata", purpose: "The day on which the last byte came, to know when it expires." },
    },
  ),
];

const databaseFile = {
  place: "file",
  class: "operational",
  subject: "none",
  path: "None of its own: what it holds of an account is what the columns of this list hold.",
  opensNothing: "It holds the columns of this list, and no key beside them.",
} as const;

const fileLines: readonly DataMapLine[] = [
  { ...databaseFile, name: "relay.db", purpose: "The database.", retention: "As long as the relay." },
  {
    ...databaseFile,
    name: "relay.db-wal",
    purpose: "What was written to the database last.",
    retention: "Emptied every night, and when the relay stops.",
  },
  {
    ...databaseFile,
    name: "relay.db-shm",
    purpose: "An index of relay.db-wal, for processes that have the database open.",
    retention: "While the database is open.",
  },
  {
    ...databaseFile,
    name: "relay.lock",
    purpose: "Keeps a second relay off the folder. It is empty.",
    retention: "As long as the folder.",
    path: "None: it holds nothing.",
    opensNothing: "It holds nothing.",
  },
  {
    ...databaseFile,
    name: "relay.lock-journal",
    purpose: "Made by SQLite beside relay.lock when that is taken for the first time: a header and a random number.",
    retention: "While the relay runs.",
    path: "None: it holds nothing of the database.",
    opensNothing: "It holds nothing of the database.",
  },
  {
    place: "file",
    name: "blobs/XX/ID",
    class: "ciphertext",
    subject: "none",
    purpose:
      "The bytes of a sealed file, below a folder of the first byte of its id. Its modification time is set to the day; the file system keeps further times of its own.",
    retention: "As its row in blobs.",
    path: "None. Neither name nor content says whose it is or in which log it is spoken of.",
    opensNothing: opensNothing.ciphertext,
  },
];

const restoring: DataMapLine = {
  ...databaseFile,
  name: "restoring/…",
  purpose: "The files of a backup while it is being put in place.",
  retention: "Until the backup is restored; no relay runs on the folder before.",
};

/** What this store keeps: a line for every column, and for every file that it makes in the data folder. */
export const storeDataMap: readonly DataMapLine[] = [...columnLines, ...fileLines, restoring];
