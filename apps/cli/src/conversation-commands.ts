import type { Client } from "@redoubt/client";
import { nameOf } from "./account-commands.js";
import type { ClientCommand } from "./command.js";
import { findConversation, findOrOpenConversation, shownIdLength } from "./find-conversation.js";
import { secondsOf } from "./parse-arguments.js";
import { localDate, localTime, printableLine } from "./text.js";

/** How long a command waits for the relay, in milliseconds. */
const patience = 10_000;

/** Catches up first, so that what follows is done on the newest state. @returns the milliseconds that are left */
async function catchUp(client: Client): Promise<number> {
  const begin = performance.now();
  await client.sync({ wait: patience });
  return Math.max(0, Math.round(patience - (performance.now() - begin)));
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
    for (const { conversation, from, title } of found) {
      out.result({ conversation, from, title }, ({ dim }) => `${dim(conversation.slice(0, shownIdLength))} @${from}`);
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
  usage: "CONV|@NAME TEXT [--reply ID]",
  summary: "sends a text",
  run: async (client, { values, options, out }) => {
    const wait = await catchUp(client);
    const replyTo = options.get("--reply");
    const to = await findOrOpenConversation(client, values[0] as string);
    const sent = await client.send(to, values[1] as string, { wait, ...(replyTo === undefined ? {} : { replyTo }) });
    const { message, conversation, state } = sent;
    out.result({ message, conversation, state }, ({ dim }) =>
      state === "sent"
        ? dim("Sent.")
        : "The relay did not answer yet: the message waits here and goes out with the next command that reaches it.",
    );
  },
};

const list: ClientCommand = {
  kind: "client",
  usage: "",
  summary: "lists the conversations",
  isLocal: () => true,
  run: async (client, { out }) => {
    const found = client.list();
    for (const { conversation, kind, title, unread, last, state } of found) {
      out.result({ conversation, kind, title, unread, last, state }, ({ dim, bold }) => {
        const name = `${kind === "direct" ? "@" : ""}${printableLine(title)}`;
        const count = unread > 0 ? ` ${bold(`(${unread})`)}` : "";
        const standing = state === "active" ? "" : ` [${state}]`;
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
