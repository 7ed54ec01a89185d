import type { ChangeResult, Client, GroupEdit, GroupPermissions, MemberRole } from "@redoubt/client";
import { nameOf } from "./account-commands.js";
import { catchUp } from "./catch-up.js";
import type { Call, ClientCommand } from "./command.js";
import { findConversation, shownIdLength } from "./find-conversation.js";
import { groupRecord, groupText } from "./group-text.js";
import { wholeNumber } from "./parse-arguments.js";
import { readPicture } from "./picture-file.js";
import { UsageError } from "./usage-error.js";

/** What a change is made with. */
interface Wish {
  readonly client: Client;
  /** The conversation's id. */
  readonly conversation: string;
  /** The arguments after the conversation. */
  readonly values: readonly string[];
  readonly options: Call["options"];
  /** Milliseconds that are left. */
  readonly wait: number;
}

const queuedText =
  "The relay did not answer yet: the change waits here and is made with the next command that reaches the relay.";

function showChange({ out }: Call, { conversation, state }: ChangeResult, done: string): void {
  out.result({ conversation, state }, ({ dim }) => (state === "done" ? dim(done) : queuedText));
}

/** A command that changes a group: on its newest state, until all of it is done or there was no answer for so long. */
function change(
  usage: string,
  summary: string,
  done: string,
  run: (wish: Wish) => Promise<ChangeResult>,
): ClientCommand {
  return {
    kind: "client",
    usage,
    summary,
    run: async (client, call) => {
      const wait = await catchUp(client);
      const [text = "", ...values] = call.values;
      const conversation = findConversation(client, text);
      showChange(call, await run({ client, conversation, values, options: call.options, wait }), done);
    },
  };
}

const create: ClientCommand = {
  kind: "client",
  usage: "TITLE @NAME...",
  summary: "makes a group of oneself and these people",
  run: async (client, { values, out }) => {
    const wait = await catchUp(client);
    const [title = "", ...names] = values;
    const { conversation, state } = await client.createGroup(title, names.map(nameOf), { wait });
    out.result({ conversation, state }, () => conversation.slice(0, shownIdLength));
  },
};

const info: ClientCommand = {
  kind: "client",
  usage: "CONV",
  summary: "shows a group: its members and their roles, what holds in it",
  isLocal: () => true,
  run: async (client, { values, out }) => {
    const found = client.groupInfo(findConversation(client, values[0] as string));
    out.result(groupRecord(found), (style) => groupText(found, style));
  },
};

const add = change("CONV @NAME...", "brings people in", "Added.", ({ client, conversation, values, wait }) =>
  client.addMembers(conversation, values.map(nameOf), { wait }),
);

const remove = change(
  "CONV @NAME...",
  "puts people out: they read and write nothing from then on",
  "Removed.",
  ({ client, conversation, values, wait }) => client.removeMembers(conversation, values.map(nameOf), { wait }),
);

const role = change(
  "CONV @NAME owner|admin|member",
  "gives a member a role",
  "Done.",
  ({ client, conversation, values: [name, given], wait }) =>
    client.setRole(conversation, nameOf(name), given as MemberRole, { wait }),
);

const rename = change(
  "CONV TITLE",
  "gives a group another title",
  "Renamed.",
  ({ client, conversation, values: [title = ""], wait }) => client.editGroup(conversation, { title }, { wait }),
);

const describe = change(
  "CONV TEXT",
  "says what a group is about; an empty text takes that away",
  "Done.",
  ({ client, conversation, values: [description = ""], wait }) =>
    client.editGroup(conversation, { description }, { wait }),
);

const picture = change(
  "CONV FILE",
  "gives a group a picture of at most 16 KiB; an empty file takes it away",
  "Done.",
  ({ client, conversation, values: [file = ""], wait }) =>
    client.editGroup(conversation, { avatar: readPicture(file) }, { wait }),
);

const allow = change(
  "CONV add|remove|info|post|pin owner|admin|member",
  "says from which role on members may do something",
  "Done.",
  ({ client, conversation, values: [what, least], wait }) => {
    const permissions = { [what as keyof GroupPermissions]: least as MemberRole };
    return client.editGroup(conversation, { permissions }, { wait });
  },
);

const rules = change(
  "CONV [--disappearing SECONDS] [--receipts on|off] [--typing on|off]",
  "says after how long messages disappear (0: never), and whether members tell what they have read and that they type",
  "Done.",
  ({ client, conversation, options, wait }) => client.editGroup(conversation, rulesOf(options), { wait }),
);

/** Seconds that messages may stay before they disappear: 366 days, a limit of the rules that members share. */
const longestLifetime = 366 * 86_400;

function rulesOf(options: Call["options"]): GroupEdit {
  const [seconds, receipts, typing] = ["--disappearing", "--receipts", "--typing"].map((name) => options.get(name));
  if ([seconds, receipts, typing].every((value) => value === undefined)) {
    throw new UsageError("missing-argument", "which rule");
  }
  return {
    ...(seconds === undefined ? {} : { disappearing: wholeNumber("--disappearing", seconds, 0, longestLifetime) }),
    ...(receipts === undefined ? {} : { receipts: receipts === "on" }),
    ...(typing === undefined ? {} : { typing: typing === "on" }),
  };
}

/** The message that was meant; for taking a pin away also one from before our time, by the beginning of its id. */
function messageOf(client: Client, conversation: string, id: string, isPinned: boolean): string {
  const pinned = isPinned ? [] : client.groupInfo(conversation).pinned.filter((message) => message.startsWith(id));
  const [only, another] = pinned;
  return only !== undefined && another === undefined ? only : client.findMessage(conversation, id);
}

const pin = change(
  "CONV ID [--off]",
  "pins a message for all members; --off takes it from there",
  "Done.",
  ({ client, conversation, values: [id = ""], options, wait }) => {
    const isPinned = !options.has("--off");
    return client.pinMessage(conversation, messageOf(client, conversation, id, isPinned), isPinned, { wait });
  },
);

const move = change(
  "CONV URL",
  "moves a conversation to another relay; members follow",
  "Moved.",
  ({ client, conversation, values: [relay = ""], wait }) => client.moveConversation(conversation, relay, { wait }),
);

const leave = change("CONV", "leaves a group", "You have left.", ({ client, conversation, wait }) =>
  client.leaveGroup(conversation, { wait }),
);

export const groupCommands = {
  "group create": create,
  "group info": info,
  "group add": add,
  "group remove": remove,
  "group role": role,
  "group rename": rename,
  "group describe": describe,
  "group picture": picture,
  "group allow": allow,
  "group rules": rules,
  "group pin": pin,
  "group move": move,
  "group leave": leave,
};
