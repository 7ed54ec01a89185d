import { type CborValue, decodeCbor, encodeCbor, equalBytes, utf8 } from "@redoubt/base";
import { type Extension, type Extensions, findExtension } from "@redoubt/mls";
import { compareBytes } from "./compare-bytes.js";
import { redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";

/** Stored by place, the least first. */
export const roles = ["member", "admin", "owner"] as const;

export type Role = (typeof roles)[number];

/** The least role that may do something. */
export interface Permissions {
  readonly add: Role;
  readonly remove: Role;
  /** Title, description, avatar, and the rules that both kinds share. */
  readonly info: Role;
  readonly post: Role;
  /** Pin messages. */
  readonly pin: Role;
}

/** Where the conversation lives, and how often it has moved: each move is one more. */
export interface LogHome {
  /** Origin of the relay, at most 255 bytes. */
  readonly relay: string;
  readonly moves: number;
}

interface SharedRules {
  /** Seconds after which messages disappear; 0 for never. */
  readonly disappearing: number;
  /** Whether members tell when they have got and read a message, and that they are typing. */
  readonly receipts: boolean;
  readonly typing: boolean;
  readonly home: LogHome;
}

/** The rules of a direct conversation: two accounts, each of which may bring in devices of both. */
export interface DirectPolicy extends SharedRules {
  readonly kind: "direct";
  /** Two account ids of 32 bytes, in order; both the same in a conversation with oneself. */
  readonly accounts: readonly [Uint8Array, Uint8Array];
}

/** A role above that of a member. */
export interface RoleGrant {
  /** 32 bytes. */
  readonly account: Uint8Array;
  readonly role: "admin" | "owner";
}

/** The rules of a group. Who is in it, the tree says. */
export interface GroupPolicy extends SharedRules {
  readonly kind: "group";
  /** 1 to 256 bytes of UTF-8. */
  readonly title: string;
  /** Up to 2 KiB of UTF-8. */
  readonly description: string;
  /** A small picture, up to 16 KiB; empty for none. */
  readonly avatar: Uint8Array;
  /** Ordered by account; an account has one role. */
  readonly grants: readonly RoleGrant[];
  readonly permissions: Permissions;
  /** Ids of pinned messages, 32 bytes each, up to 16. */
  readonly pinned: readonly Uint8Array[];
}

export type Policy = DirectPolicy | GroupPolicy;

export const policyLimits = {
  title: 256,
  description: 2 * 1024,
  avatar: 16 * 1024,
  grants: 1_000,
  pinned: 16,
  origin: 255,
  /** A year, in seconds. */
  disappearing: 366 * 86_400,
} as const;

const version = 1;
const kinds = ["direct", "group"] as const;
export const permissionNames = ["add", "remove", "info", "post", "pin"] as const;

/** Orders two account ids, so that both sides make the same policy. */
export function directPolicy(a: Uint8Array, b: Uint8Array, relay: string): DirectPolicy {
  return {
    kind: "direct",
    accounts: compareBytes(a, b) <= 0 ? [a, b] : [b, a],
    disappearing: 0,
    receipts: true,
    typing: true,
    home: { relay, moves: 0 },
  };
}

/** A new group's rules: admins manage members and information, everyone posts. */
export function groupPolicy(owner: Uint8Array, title: string, relay: string): GroupPolicy {
  return {
    kind: "group",
    title,
    description: "",
    avatar: new Uint8Array(0),
    grants: [{ account: owner, role: "owner" }],
    permissions: { add: "admin", remove: "admin", info: "admin", post: "member", pin: "admin" },
    pinned: [],
    disappearing: 0,
    receipts: false,
    typing: false,
    home: { relay, moves: 0 },
  };
}

/**
 * The group context extension that holds a policy.
 *
 * @throws ConversationError `bad-policy` for one that breaks a limit
 */
export function policyExtension(policy: Policy): Extension {
  const data = encodePolicy(policy);
  // What others would refuse is refused here, with a reason.
  if (decodePolicy(data) === undefined) throw new ConversationError("bad-policy");
  return { type: redoubtExtension.policy, data };
}

function encodePolicy(policy: Policy): Uint8Array {
  const { disappearing, receipts, typing, home } = policy;
  const own: CborValue =
    policy.kind === "direct"
      ? [...policy.accounts]
      : [
          policy.title,
          policy.description,
          policy.avatar,
          policy.grants.map(({ account, role }) => [account, roles.indexOf(role)]),
          permissionNames.map((name) => roles.indexOf(policy.permissions[name])),
          [...policy.pinned],
        ];
  const shared = [disappearing, receipts, typing, home.relay, home.moves];
  return encodeCbor([version, kinds.indexOf(policy.kind), own, shared]);
}

/**
 * @throws ConversationError `unsupported-policy` for a version or kind that this client does not know, `malformed` for
 *   one that breaks the form or a limit of its version
 */
export function readPolicy(extensions: Extensions): Policy {
  const data = findExtension(extensions, redoubtExtension.policy);
  if (data === undefined) throw new ConversationError("unsupported-policy", "there is none");
  const [v, kind] = asArray(decodeCbor(data)) ?? [];
  if (v !== version || typeof kind !== "number" || kinds[kind] === undefined) {
    throw new ConversationError("unsupported-policy");
  }
  const policy = decodePolicy(data);
  if (policy === undefined) throw new ConversationError("malformed", "policy");
  return policy;
}

function decodePolicy(data: Uint8Array): Policy | undefined {
  const [, kind, own, shared, ...rest] = asArray(decodeCbor(data)) ?? [];
  const rules = readShared(shared);
  const fields = asArray(own);
  if (rules === undefined || fields === undefined || rest.length > 0) return undefined;
  return kind === 0 ? readDirect(fields, rules) : readGroup(fields, rules);
}

function readShared(value: CborValue | undefined): SharedRules | undefined {
  const [disappearing, receipts, typing, relay, moves, ...rest] = asArray(value) ?? [];
  const isValid =
    isUpTo(disappearing, policyLimits.disappearing) &&
    typeof receipts === "boolean" &&
    typeof typing === "boolean" &&
    isText(relay, policyLimits.origin) &&
    isUpTo(moves, Number.MAX_SAFE_INTEGER) &&
    rest.length === 0;
  return isValid ? { disappearing, receipts, typing, home: { relay, moves } } : undefined;
}

function readDirect(fields: readonly CborValue[], rules: SharedRules): DirectPolicy | undefined {
  const [a, b, ...rest] = fields;
  if (!isId(a) || !isId(b) || rest.length > 0 || compareBytes(a, b) > 0) return undefined;
  return { kind: "direct", accounts: [a, b], ...rules };
}

function readGroup(fields: readonly CborValue[], rules: SharedRules): GroupPolicy | undefined {
  const [title, description, avatar, grantList, permissionList, pinned, ...rest] = fields;
  const grants = readGrants(grantList);
  const permissions = readPermissions(permissionList);
  const isValid =
    isText(title, policyLimits.title) &&
    title !== "" &&
    isText(description, policyLimits.description) &&
    avatar instanceof Uint8Array &&
    avatar.length <= policyLimits.avatar &&
    Array.isArray(pinned) &&
    pinned.length <= policyLimits.pinned &&
    pinned.every(isId) &&
    rest.length === 0;
  if (!isValid || grants === undefined || permissions === undefined) return undefined;
  return { kind: "group", title, description, avatar, grants, permissions, pinned: pinned as Uint8Array[], ...rules };
}

function readGrants(value: CborValue | undefined): readonly RoleGrant[] | undefined {
  const list = asArray(value);
  if (list === undefined || list.length > policyLimits.grants) return undefined;
  const grants = list.map((item): RoleGrant | undefined => {
    const [account, place, ...rest] = asArray(item) ?? [];
    const role = place === 1 ? "admin" : place === 2 ? "owner" : undefined;
    return isId(account) && role !== undefined && rest.length === 0 ? { account, role } : undefined;
  });
  const isOrdered = grants.every((grant, i) => {
    const before = grants[i - 1];
    return grant !== undefined && (before === undefined || compareBytes(before.account, grant.account) < 0);
  });
  return isOrdered ? (grants as RoleGrant[]) : undefined;
}

function readPermissions(value: CborValue | undefined): Permissions | undefined {
  const places = asArray(value);
  if (places?.length !== permissionNames.length || !places.every((place) => isUpTo(place, roles.length - 1))) {
    return undefined;
  }
  const entries = permissionNames.map((name, i) => [name, roles[places[i] as number] as Role] as const);
  return Object.fromEntries(entries) as unknown as Permissions;
}

function asArray(value: CborValue | undefined): readonly CborValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function isId(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}

function isUpTo(value: CborValue | undefined, most: number): value is number {
  return typeof value === "number" && value >= 0 && value <= most;
}

function isText(value: CborValue | undefined, mostBytes: number): value is string {
  return typeof value === "string" && utf8(value).length <= mostBytes;
}

/** Whether an account belongs into a direct conversation. */
export function admits({ accounts }: DirectPolicy, account: Uint8Array): boolean {
  return accounts.some((other) => equalBytes(other, account));
}
