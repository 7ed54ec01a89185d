import path from "node:path";
import type { Client, SendOptions, SendResult } from "@redoubt/client";
import type { Call, ClientCommand } from "./command.js";
import { createFileSink } from "./files/file-sink.js";
import { openFileSource } from "./files/file-source.js";
import { createProgressBar } from "./files/progress-bar.js";
import { findConversation } from "./find-conversation.js";
import { isInteractive } from "./terminal.js";

/**
 * Sends the message of a call, with the file of `--file` if there is one: it waits so long as the upload gets on.
 *
 * @throws FileError, and what `Client.send` throws
 */
export async function sendMessage(
  client: Client,
  { values, options, terminal, isJson, signal }: Call,
  conversation: string,
  sending: SendOptions,
): Promise<SendResult> {
  const text = values[1] as string;
  const file = options.get("--file");
  if (file === undefined) return client.send(conversation, text, sending);
  const source = await openFileSource(path.resolve(file));
  const bar = createProgressBar(terminal, isInteractive(terminal) && !isJson);
  try {
    return await client.send(conversation, text, { ...sending, attachments: [source], onProgress: bar.show, signal });
  } finally {
    bar.end();
  }
}

const save: ClientCommand = {
  kind: "client",
  usage: "CONV ID PATH",
  summary: "saves the file of a message; one that broke off goes on where it stopped",
  run: async (client, { values, out, terminal, isJson, signal }) => {
    const conversation = findConversation(client, values[0] as string);
    const message = values[1] as string;
    const file = path.resolve(values[2] as string);
    const bar = createProgressBar(terminal, isInteractive(terminal) && !isJson);
    try {
      await client.save(conversation, message, createFileSink(file), { onProgress: bar.show, signal });
    } finally {
      bar.end();
    }
    out.result({ message, conversation, file }, ({ dim }) => dim(`Saved as ${file}.`));
  },
};

export const fileCommands = { save };
