import { isUsername } from "@redoubt/identity";
import { DisclosureError } from "./disclosure-error.js";

/** What a disclosure is asked about: an account by user name, or a log by its id in hexadecimal. */
export type Question =
  | { readonly kind: "account"; readonly name: string }
  | { readonly kind: "log"; readonly id: string };

/** @param name with or without its @. @throws DisclosureError `bad-username` */
export function accountQuestion(name: string): Question {
  const bare = name.replace(/^@/, "");
  if (!isUsername(bare)) throw new DisclosureError("bad-username");
  return { kind: "account", name: bare };
}

/** @throws DisclosureError `bad-log-id` */
export function logQuestion(id: string): Question {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new DisclosureError("bad-log-id");
  return { kind: "log", id };
}

/** As the note has it. */
export function questionText(question: Question): string {
  return question.kind === "account" ? `account ${question.name}` : `log ${question.id}`;
}
