import type { ClientCommand } from "./command.js";
import { findConversation, findOrOpenConversation } from "./find-conversation.js";
import { follow, untilStopped } from "./follow.js";
import { standingText } from "./group-text.js";
import { messageRecord, Timeline } from "./message-text.js";
import { errorLine } from "./output.js";
import { wholeNumber } from "./parse-arguments.js";
import { inputLines, isInteractive } from "./terminal.js";

const isFollowing: NonNullable<ClientCommand["isLong"]> = (options) => options.has("--follow");

const read: ClientCommand = {
  kind: "client",
  usage: "CONV [--limit N] [--ids] [--follow]",
  summary: "shows a conversation; --ids with the beginnings of messages' ids; --follow goes on",
  isLocal: (options) => !isFollowing(options),
  isLong: isFollowing,
  run: async (client, { values, options, out, signal }) => {
    const text = options.get("--limit");
    const limit = text === undefined ? undefined : wholeNumber("--limit", text, 1);
    const conversation = findConversation(client, values[0] as string);
    const timeline = new Timeline(options.has("--ids"));
    const stop = follow(client, conversation, limit, (message) =>
      out.result(messageRecord(message), (style) => timeline.text(message, style)),
    );
    if (isFollowing(options)) await untilStopped(signal);
    stop();
    const { state } = client.list().find((info) => info.conversation === conversation) ?? {};
    if (state !== undefined) out.remark(standingText(state));
  },
};

/** So much of what was said before is shown when a chat begins. */
const chatStart = 20;

const chat: ClientCommand = {
  kind: "client",
  usage: "CONV",
  summary: "shows a conversation and sends every line that is typed, to the end of input (Ctrl-D)",
  isLong: () => true,
  run: async (client, { values, out, terminal, signal, isJson }) => {
    const conversation = await findOrOpenConversation(client, values[0] as string);
    const timeline = new Timeline();
    const isPrompting = isInteractive(terminal) && !isJson;
    const prompt = isPrompting ? "> " : "";
    const stop = follow(client, conversation, chatStart, (message) => {
      // The prompt makes way for what comes in. What was typed stands there already.
      if (isPrompting) terminal.output.write("\r\u001b[K");
      out.result(messageRecord(message), (style) => timeline.text(message, style));
      terminal.output.write(prompt);
    });
    terminal.output.write(prompt);
    for await (const line of inputLines(terminal, signal)) {
      if (line !== "") {
        await client.send(conversation, line, { wait: 0 }).catch((error) => {
          terminal.errors.write(`${errorLine(error, isJson)}\n`);
        });
      }
      terminal.output.write(prompt);
    }
    stop();
    await client.sync();
  },
};

export const readingCommands = { read, chat };
