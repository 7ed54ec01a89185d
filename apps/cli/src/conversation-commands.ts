import type { ConversationInfo } from "@redoubt/client";
import { nameOf } from "./account-commands.js";
import { catchUp, patience } from "./catch-up.js";
import type { ClientCommand } from "./command.js";
import { sendMessage } from "./file-commands.js";
import { findConversation, findOrOpenConversation, shownIdLength } from "./find-conversation.js";
import { showSent } from "./message-commands.js";
import { secondsOf, wholeNumber } from "./parse-arguments.js";
import { localDate, localTime, printableLine } from "./text.js";

/** The contract's fields of a conversation. */
export function conversationRecord(info: ConversationInfo): object {
  const { conversation, kind, title, unread, last, state, muted, pinned, draft, mentions } = info;
  return { conversation, kind, title, unread, last, state, muted, pinned, draft, mentions };
}

const dm: ClientCommand = {
  kind: "client",
  usage: "@NAME",
  summary: "finds or opens the direct conversation with a person",
  run: async (client, { values, out }) => {
    const conversation = await client.directWith(nameOf(values[0]));
    await client.sync({ wait: patience });
    out.result({ conversation }, () => conversation.slice(0, shownIdLength));
  },
};

const requests: ClientCommand = {
  kind: "client",
  usage: "",
  summary: "lists who asks for a conversation",
  isLocal: () => true,
  run: async (client, { out }) => {
    const found = client.requests();
    const groups = new Set(client.list().flatMap((info) => (info.kind === "group" ? [info.conversation] : [])));
    for (const { conversation, from, title } of found) {
      out.result({ conversation, from, title }, ({ dim, bold }) => {
        const to = groups.has(conversation) ? ` invites to ${bold(printableLine(title))}` : "";
        return `${dim(conversation.slice(0, shownIdLength))} @${from}${to}`;
      });
    }
    if (found.length === 0) out.remark("Nobody asks.");
  },
};

const accept: ClientCommand = {
  kind: "client",
  usage: "CONV",
  summary: "accepts a request",
  run: async (client, { values, out }) => {
    const left = await catchUp(client);
    const conversation = findConversation(client, values[0] as string);
    await client.accept(conversation);
    await client.sync({ wait: left });
    out.result({ conversation }, () => "Accepted.");
  },
};

const block: ClientCommand = {
  kind: "client",
  usage: "CONV",
  summary: "shows nothing more of a conversation and of who began it",
  run: async (client, { values, out }) => {
    const conversation = findConversation(client, values[0] as string);
    await client.block(conversation);
    out.result({ conversation }, () => "Blocked.");
  },
};

const send: ClientCommand = {
  kind: "client",
  usage: "CONV|@NAME TEXT [--reply ID] [--file PATH] [--thread ID] [--silent] [--expires SECONDS]",
  summary:
    "sends a text, which may be empty with a file; @NAME in it mentions a member; --expires lets it vanish that long after it was read",
  run: async (client, call) => {
    const { values, options } = call;
    const wait = await catchUp(client);
    const to = await findOrOpenConversation(client, values[0] as string);
    const [replyTo, thread] = ["--reply", "--thread"].map((name) => {
      const id = options.get(name);
      return id === undefined ? undefined : client.findMessage(to, id);
    });
    const expires = options.get("--expires");
    const sent = await sendMessage(client, call, to, {
      wait,
      silent: options.has("--silent"),
      ...(replyTo !== undefined && { replyTo }),
      ...(thread !== undefined && { thread }),
      ...(expires !== undefined && { expires: wholeNumber("--expires", expires, 1) }),
    });
    showSent(call, sent, "Sent.");
  },
};

const list: ClientCommand = {
  kind: "client",
  usage: "",
  summary: "lists the conversations",
  isLocal: () => true,
  run: async (client, { out }) => {
    const found = client.list();
    for (const info of found) {
      const { conversation, kind, title, unread, last, state } = info;
      out.result(conversationRecord(info), ({ dim, bold }) => {
        const name = `${kind === "direct" ? "@" : ""}${printableLine(title)}`;
        const count = unread > 0 ? ` ${bold(`(${unread}${info.mentions > 0 ? " @" : ""})`)}` : "";
        const notes = [
          ...(state === "active" ? [] : [state]),
          ...(info.pinned ? ["pinned"] : []),
          ...(info.muted === undefined ? [] : ["muted"]),
          ...(info.draft === undefined ? [] : ["draft"]),
        ];
        const standing = notes.length === 0 ? "" : ` [${notes.join(", ")}]`;
        const newest = last && ` ${dim(`${localDate(last.at)} ${localTime(last.at)}`)} ${printableLine(last.text)}`;
        return `${dim(conversation.slice(0, shownIdLength))} ${name}${count}${standing}${newest ?? ""}`;
      });
    }
    if (found.length === 0) out.remark("No conversations yet.");
  },
};

const sync: ClientCommand = {
  kind: "client",
  usage: "[--wait SECONDS]",
  summary: "receives what has come and sends what waits",
  run: async (client, { options, out }) => {
    const seconds = options.get("--wait");
    const wait = seconds === undefined ? patience : secondsOf("--wait", seconds);
    const { received, sent, pending } = await client.sync({ wait });
    out.result({ received, sent, pending }, () => `${received} received, ${sent} sent, ${pending} waiting`);
  },
};

export const conversationCommands = { dm, requests, accept, block, send, list, sync };
