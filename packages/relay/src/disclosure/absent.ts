import type { DisclosureDocument } from "@redoubt/wire";
import type { Question } from "./question.js";

type Absent = DisclosureDocument["absent"];

const messages = {
  id: "messages",
  what: "What was written, said or shown: texts, pictures, files, and the names of files",
  why: "It is sealed on the members’ devices under keys that never leave them. The relay keeps ciphertext until it expires, has no key that opens it, and contains no code that could.",
};

const addresses = {
  id: "addresses",
  what: "Network addresses, and places that they would tell",
  why: "Addresses are counted in memory, so that nobody crowds out the others, and are forgotten within minutes. None is written to a file, a log line or a metric.",
};

const clients = {
  id: "clients",
  what: "Programs, operating systems, models of devices, languages, push tokens",
  why: "No operation of the protocol carries any of these, and headers of requests are not stored.",
};

const erased = {
  id: "erased",
  what: "What was fetched, has expired or was deleted",
  why: "Such rows are removed and overwritten, in the database and in its write-ahead log. The relay keeps no archive of its own.",
};

const ofAccounts: Absent = [
  messages,
  {
    id: "contacts",
    what: "With whom the person is in contact, and who has looked the person up",
    why: "Contacts are kept on devices. Lookups, and posts to an inbox, come by connections that name no account; they are answered and not written down.",
  },
  {
    id: "groups",
    what: "In which conversations and groups the person is, their names and members",
    why: "Conversations are agreed between devices. The relay keeps their ciphertext in logs with random ids; no column of one table names an account and a log, so that there is nothing to look in.",
  },
  {
    id: "files",
    what: "Which files the person has sent or fetched",
    why: "Sealed files are put and fetched by connections that name no account, and are stored under random ids that nothing ties to an account or a log.",
  },
  {
    id: "times",
    what: "When the person was last there, and any time finer than a day",
    why: "The relay stores the days of the entries and items named above, and no time of day. It writes nothing when a device signs in or out.",
  },
  addresses,
  {
    id: "identity",
    what: "A real name, telephone number, e-mail address, or means of payment",
    why: "Registration asks for a user name, and for nothing else.",
  },
  clients,
  {
    id: "keys",
    what: "Passwords, private keys, recovery words",
    why: "They are made and kept on devices. The relay is given public keys and signatures; it could not reset an account.",
  },
  erased,
];

const ofLogs: Absent = [
  messages,
  {
    id: "members",
    what: "Who writes in this log, and who reads it",
    why: "Members write by one key that all of them share, and read by knowing the log’s id, on connections that name no account. No column of one table names an account and a log.",
  },
  {
    id: "kind",
    what: "What the log is: a chat of two, a group of many, its name, its size",
    why: "Entries are sealed a second time and padded, so that the relay sees neither kind nor group nor sender of any of them.",
  },
  {
    id: "files",
    what: "Which files belong to the conversation",
    why: "A file’s row has a random id, a length and a day. The log under which it was uploaded is checked and not stored.",
  },
  {
    id: "times",
    what: "Any time finer than a day",
    why: "The relay stores the day on which an entry came, to know when it expires, and no time of day.",
  },
  addresses,
  clients,
  erased,
];

/** What the relay holds nowhere about a subject of this kind, and why it cannot. */
export function absentFor(question: Question): Absent {
  return question.kind === "account" ? ofAccounts : ofLogs;
}
