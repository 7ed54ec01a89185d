import { asSecret, type CborValue, decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import { decodeMessage, encodeMessage } from "@redoubt/mls";
import type { Invited } from "./commit-change.js";
import type { PolicyEdit } from "./edit-policy.js";
import { ConversationError } from "./error.js";
import type { Intent } from "./intent.js";
import { type Permissions, permissionNames, type Role, roles } from "./policy.js";

const version = 1;
/** Stored by place: add at the end alone. */
const kinds = ["add", "remove", "edit", "tidy", "rejoin", "revoke", "leave", "renew"] as const;
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
      return invitedFields(intent.invited);
    case "revoke":
      return [...intent.chain];
    case "renew":
      return intent.replaces;
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
      return [edit.relay, edit.moves];
  }
}

/** @throws ConversationError, CborError, MlsError `malformed` for anything but what `encodeIntent` gives */
export function decodeIntent(bytes: Uint8Array): Intent {
  const intent = readIntent(bytes);
  if (!equalBytes(encodeIntent(intent), bytes)) throw malformed();
  return intent;
}

function readIntent(bytes: Uint8Array): Intent {
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
    case "rejoin":
      return { kind, invited: readInvited(fields) };
    case "revoke":
      return { kind, chain: list(fields).map(bytesOf) };
    case "renew":
      return { kind, replaces: bytesOf(fields) };
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
  if (ownerSeed === null) return { kind: "edit", edit };
  const seed = bytesOf(ownerSeed);
  if (seed.length !== 32) throw malformed();
  return { kind: "edit", edit, ownerSeed: asSecret<32>(seed) };
}

function readEdit(kind: (typeof edits)[number] | undefined, fields: CborValue | undefined): PolicyEdit {
  switch (kind) {
    case "info": {
      const [title, description, avatar] = list(fields);
      return {
        kind,
        ...given("title", title, isString),
        ...given("description", description, isString),
        ...given("avatar", avatar, isBytes),
      };
    }
    case "role": {
      const [account, role] = list(fields);
      return { kind, account: bytesOf(account), role: roleOf(role) };
    }
    case "permissions": {
      if (!(fields instanceof Map)) throw malformed();
      const permissions = Object.fromEntries([...fields].map(([name, role]) => [permissionOf(name), roleOf(role)]));
      return { kind, permissions };
    }
    case "pin": {
      const [message, isPinned] = list(fields);
      return { kind, message: bytesOf(message), isPinned: isPinned === true };
    }
    case "rules": {
      const [disappearing, receipts, typing] = list(fields);
      return {
        kind,
        ...given("disappearing", disappearing, isNumber),
        ...given("receipts", receipts, isBoolean),
        ...given("typing", typing, isBoolean),
      };
    }
    case "move": {
      const [relay, moves] = list(fields);
      return { kind, relay: String(relay), moves: Number(moves) };
    }
    default:
      throw malformed();
  }
}

const isString = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** A field that may be left out, which is stored as null. */
function given<Name extends string, T>(
  name: Name,
  value: CborValue | undefined,
  is: (value: unknown) => value is T,
): { readonly [K in Name]?: T } {
  if (value === null) return {};
  if (!is(value)) throw malformed();
  return { [name]: value } as { readonly [K in Name]?: T };
}

function permissionOf(name: number | string): keyof Permissions {
  const known = permissionNames.find((permission) => permission === name);
  if (known === undefined) throw malformed();
  return known;
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
  if (!isBytes(value)) throw malformed();
  return value;
}

function malformed(): ConversationError {
  return new ConversationError("malformed", "intent");
}
