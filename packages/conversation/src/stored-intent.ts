import { asSecret, type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import { decodeMessage, encodeMessage } from "@redoubt/mls";
import type { Invited } from "./commit-change.js";
import type { PolicyEdit } from "./edit-policy.js";
import { ConversationError } from "./error.js";
import type { Intent } from "./intent.js";
import { type Permissions, type Role, roles } from "./policy.js";

const version = 1;
/** Stored by place: add at the end alone. */
const kinds = ["add", "remove", "edit", "tidy", "rejoin", "revoke", "leave"] as const;
const edits = ["info", "role", "permissions", "pin", "rules", "move"] as const;

/** An intent as a store keeps it. May hold a secret. */
export function encodeIntent(intent: Intent): Uint8Array {
  return encodeCbor([version, kinds.indexOf(intent.kind), fieldsOf(intent)]);
}

function fieldsOf(intent: Intent): CborValue {
  switch (intent.kind) {
    case "add":
      return intent.invited.map(invitedFields);
    case "remove":
      return [...intent.accounts];
    case "edit":
      return [edits.indexOf(intent.edit.kind), editFields(intent.edit), intent.ownerSeed ?? null];
    case "rejoin":
      return [invitedFields(intent.invited), intent.replaces ?? null];
    case "revoke":
      return [...intent.chain];
    default:
      return null;
  }
}

function invitedFields({ inboxId, keyPackage }: Invited): CborValue {
  return [inboxId, encodeMessage({ kind: "keyPackage", keyPackage })];
}

function editFields(edit: PolicyEdit): CborValue {
  switch (edit.kind) {
    case "info":
      return [edit.title ?? null, edit.description ?? null, edit.avatar ?? null];
    case "role":
      return [edit.account, roles.indexOf(edit.role)];
    case "permissions":
      return new Map(Object.entries(edit.permissions).map(([name, role]) => [name, roles.indexOf(role)]));
    case "pin":
      return [edit.message, edit.isPinned];
    case "rules":
      return [edit.disappearing ?? null, edit.receipts ?? null, edit.typing ?? null];
    case "move":
      return [edit.relay];
  }
}

/** @throws ConversationError `malformed` */
export function decodeIntent(bytes: Uint8Array): Intent {
  const [v, place, fields] = list(decodeCbor(bytes));
  const kind = kinds[place as number];
  if (v !== version || kind === undefined) throw malformed();
  switch (kind) {
    case "add":
      return { kind, invited: list(fields).map(readInvited) };
    case "remove":
      return { kind, accounts: list(fields).map(bytesOf) };
    case "edit":
      return readEditIntent(list(fields));
    case "rejoin": {
      const [invited, replaces] = list(fields);
      return { kind, invited: readInvited(invited), replaces: replaces === null ? undefined : bytesOf(replaces) };
    }
    case "revoke":
      return { kind, chain: list(fields).map(bytesOf) };
    default:
      return { kind };
  }
}

function readInvited(value: CborValue | undefined): Invited {
  const [inboxId, bytes] = list(value);
  const message = decodeMessage(bytesOf(bytes));
  if (message.kind !== "keyPackage") throw malformed();
  return { inboxId: bytesOf(inboxId), keyPackage: message.keyPackage };
}

function readEditIntent([place, fields, ownerSeed]: readonly CborValue[]): Intent {
  const edit = readEdit(edits[place as number], fields);
  return ownerSeed === null
    ? { kind: "edit", edit }
    : { kind: "edit", edit, ownerSeed: asSecret<32>(bytesOf(ownerSeed)) };
}

function readEdit(kind: (typeof edits)[number] | undefined, fields: CborValue | undefined): PolicyEdit {
  switch (kind) {
    case "info": {
      const [title, description, avatar] = list(fields) as [string | null, string | null, Uint8Array | null];
      return { kind, ...given({ title, description, avatar }) };
    }
    case "role": {
      const [account, role] = list(fields);
      return { kind, account: bytesOf(account), role: roleOf(role) };
    }
    case "permissions": {
      if (!(fields instanceof Map)) throw malformed();
      const permissions = Object.fromEntries([...fields].map(([name, role]) => [name, roleOf(role)]));
      return { kind, permissions: permissions as Partial<Permissions> };
    }
    case "pin": {
      const [message, isPinned] = list(fields);
      return { kind, message: bytesOf(message), isPinned: isPinned === true };
    }
    case "rules": {
      const [disappearing, receipts, typing] = list(fields) as [number | null, boolean | null, boolean | null];
      return { kind, ...given({ disappearing, receipts, typing }) };
    }
    case "move":
      return { kind, relay: String(list(fields)[0]) };
    default:
      throw malformed();
  }
}

type Given<T> = { [Name in keyof T]?: NonNullable<T[Name]> };

function given<T extends Readonly<Record<string, unknown>>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Given<T>;
}

function roleOf(value: CborValue | undefined): Role {
  const role = roles[value as number];
  if (role === undefined) throw malformed();
  return role;
}

function list(value: CborValue | undefined): readonly CborValue[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function bytesOf(value: CborValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed();
  return value;
}

function malformed(): ConversationError {
  return new ConversationError("malformed", "intent");
}
