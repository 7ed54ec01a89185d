import type { ConversationInfo, GroupInfo, MemberInfo } from "@redoubt/client";
import { shownIdLength } from "./find-conversation.js";
import { printable, printableLine, type Style } from "./text.js";

/** The contract's fields of a group. The picture is base64, as in a profile, and empty where there is none. */
export function groupRecord(info: GroupInfo): object {
  const { conversation, title, epoch, treeHash, state, members } = info;
  const { kind, description, avatar, permissions, pinned, disappearing, receipts, typing, relay } = info;
  return {
    conversation,
    title,
    epoch,
    treeHash,
    state,
    members: members.map(({ username, account, role, devices }) => ({ username, account, role, devices })),
    kind,
    description,
    avatar: Buffer.from(avatar).toString("base64"),
    permissions,
    pinned,
    disappearing,
    receipts,
    typing,
    relay,
  };
}

/** A conversation for people: what it is, what holds in it, and who is in it. */
export function groupText(info: GroupInfo, { bold, dim, warn }: Style): string {
  const { kind, title, state, members, avatar } = info;
  const facts: readonly (readonly [name: string, text: string])[] = [
    ["about", printable(info.description)],
    ["picture", avatar.length === 0 ? "" : `${avatar.length} bytes`],
    ["rules", rulesText(info)],
    ["may", permissionsText(info)],
    ["pinned", info.pinned.map((id) => id.slice(0, shownIdLength)).join(" ")],
    ["relay", info.relay],
    ["epoch", `${info.epoch}, tree ${info.treeHash.slice(0, shownIdLength)}`],
  ];
  const standing = standingText(state);
  return [
    bold(`${kind === "direct" ? "@" : ""}${printableLine(title)}`),
    ...(standing === "" ? [] : [warn(standing)]),
    ...facts.filter(([, text]) => text !== "").map(([name, text]) => `${dim(name.padEnd(8))} ${text}`),
    ...memberLines(members, dim),
  ].join("\n");
}

function rulesText({ disappearing, receipts, typing }: GroupInfo): string {
  const lifetime = disappearing === 0 ? "messages stay" : `messages disappear after ${disappearing} s`;
  const word = (isOn: boolean) => (isOn ? "on" : "off");
  return `${lifetime}, receipts ${word(receipts)}, typing ${word(typing)}`;
}

function permissionsText({ permissions }: GroupInfo): string {
  return Object.entries(permissions ?? {})
    .map(([what, role]) => `${what}: ${role}`)
    .join(", ");
}

function memberLines(members: readonly MemberInfo[], dim: Style["dim"]): readonly string[] {
  const nameOf = ({ username, account }: MemberInfo) => (username === "" ? account.slice(0, shownIdLength) : username);
  const width = Math.max(0, ...members.map((member) => nameOf(member).length));
  return members.map((member) => {
    const devices = member.devices === 1 ? "1 device" : `${member.devices} devices`;
    return `  @${nameOf(member).padEnd(width)}  ${member.role.padEnd("member".length)}  ${dim(devices)}`;
  });
}

/** What people are told of a conversation that nothing more is said in; empty for others. */
export function standingText(state: ConversationInfo["state"]): string {
  if (state === "removed") return "You were removed from this group: nothing more comes in.";
  if (state === "left") return "You have left this group: nothing more comes in.";
  return "";
}
