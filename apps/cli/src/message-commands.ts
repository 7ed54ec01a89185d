import type { SendResult } from "@redoubt/client";
import { catchUp } from "./catch-up.js";
import type { Call, ClientCommand } from "./command.js";
import { findConversation, shownIdLength } from "./find-conversation.js";
import { messageRecord, oneLine } from "./message-text.js";
import { secondsOf, wholeNumber } from "./parse-arguments.js";
import { localDate, localTime } from "./text.js";

const queued = "The relay did not answer yet: it waits here and goes out with the next command that reaches the relay.";

/** Says what became of something that was sent. */
export function showSent({ out }: Call, { message, conversation, state }: SendResult, done: string): void {
  out.result({ message, conversation, state }, ({ dim }) => (state === "sent" ? dim(done) : queued));
}

const react: ClientCommand = {
  kind: "client",
  usage: "CONV ID EMOJI [--off]",
  summary: "reacts to a message, in the place of an earlier reaction; --off takes it back",
  run: async (client, call) => {
    const wait = await catchUp(client);
    const [to = "", id = "", emoji = ""] = call.values;
    const conversation = findConversation(client, to);
    const message = client.findMessage(conversation, id);
    const withdraw = call.options.has("--off");
    const sent = await client.react(conversation, message, emoji, { withdraw, wait });
    showSent(call, sent, withdraw ? "Taken back." : "Sent.");
  },
};

const edit: ClientCommand = {
  kind: "client",
  usage: "CONV ID TEXT",
  summary: "replaces the text of a message of one's own",
  run: async (client, call) => {
    const wait = await catchUp(client);
    const [to = "", id = "", text = ""] = call.values;
    const conversation = findConversation(client, to);
    showSent(call, await client.edit(conversation, client.findMessage(conversation, id), text, { wait }), "Edited.");
  },
};

const isForMe: NonNullable<ClientCommand["isLocal"]> = (options) => options.has("--for-me");

const remove: ClientCommand = {
  kind: "client",
  usage: "CONV ID [--for-me]",
  summary: "deletes a message for everybody, or here alone",
  isLocal: isForMe,
  run: async (client, call) => {
    const forMe = isForMe(call.options);
    const wait = forMe ? 0 : await catchUp(client);
    const [to = "", id = ""] = call.values;
    const conversation = findConversation(client, to);
    const message = client.findMessage(conversation, id);
    showSent(call, await client.delete(conversation, message, { forMe, wait }), "Deleted.");
  },
};

const search: ClientCommand = {
  kind: "client",
  usage: "TEXT [--in CONV] [--limit N]",
  summary: "finds messages with all these words or beginnings of words, newest first",
  isLocal: () => true,
  run: async (client, { values, options, out }) => {
    const within = options.get("--in");
    const limit = options.get("--limit");
    const found = client.search(values[0] as string, {
      ...(within !== undefined && { conversation: findConversation(client, within) }),
      ...(limit !== undefined && { limit: wholeNumber("--limit", limit, 1) }),
    });
    for (const message of found) {
      out.result(messageRecord(message), ({ dim, bold }) => {
        const place = dim(`${message.conversation.slice(0, shownIdLength)} ${localDate(message.at)}`);
        return `${place} ${dim(localTime(message.at))} ${bold(`@${message.from}`)}: ${oneLine(message)}`;
      });
    }
    if (found.length === 0) out.remark("Nothing found.");
  },
};

/** The end of time, for what has no end. */
const forEver = 8.64e15;

const mute: ClientCommand = {
  kind: "client",
  usage: "CONV [--for SECONDS] [--off]",
  summary: "lets a conversation disturb nobody, for a time or until --off",
  isLocal: () => true,
  run: async (client, { values, options, out }) => {
    const conversation = findConversation(client, values[0] as string);
    const seconds = options.get("--for");
    const end = seconds === undefined ? forEver : Date.now() + secondsOf("--for", seconds);
    const muted = options.has("--off") ? undefined : end;
    client.mute(conversation, muted);
    out.result({ conversation, muted }, () => (muted === undefined ? "Not muted." : "Muted."));
  },
};

const pin: ClientCommand = {
  kind: "client",
  usage: "CONV [--off]",
  summary: "keeps a conversation at the top of lists",
  isLocal: () => true,
  run: async (client, { values, options, out }) => {
    const conversation = findConversation(client, values[0] as string);
    const pinned = !options.has("--off");
    client.pin(conversation, pinned);
    out.result({ conversation, pinned }, () => (pinned ? "Pinned." : "Not pinned."));
  },
};

const draft: ClientCommand = {
  kind: "client",
  usage: "CONV TEXT",
  summary: "keeps a text that is not sent yet; an empty one for none",
  isLocal: () => true,
  run: async (client, { values, out }) => {
    const conversation = findConversation(client, values[0] as string);
    const text = values[1] as string;
    client.setDraft(conversation, text);
    out.result({ conversation, draft: text === "" ? undefined : text }, () => (text === "" ? "No draft." : "Kept."));
  },
};

const typing: ClientCommand = {
  kind: "client",
  usage: "CONV [--off]",
  summary: "tells the others that one types, or has stopped; for bots",
  run: async (client, { values, options, out }) => {
    await catchUp(client);
    const conversation = findConversation(client, values[0] as string);
    client.typing(conversation, !options.has("--off"));
    await catchUp(client);
    out.result({ conversation }, () => "");
  },
};

export const messageCommands = { react, edit, delete: remove, search, mute, pin, draft, typing };
