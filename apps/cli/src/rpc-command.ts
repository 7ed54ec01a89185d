import type { Client, ClientEvent } from "@redoubt/client";
import type { Call, ClientCommand, Command } from "./command.js";
import { conversationRecord } from "./conversation-commands.js";
import { messageRecord } from "./message-text.js";
import { errorRecord, jsonOutput, type Output } from "./output.js";
import { type Arguments, parseArguments } from "./parse-arguments.js";
import { inputLines } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** An event as rpc writes it: its kind as `event`, then the fields of what it is about. */
function eventRecord(event: ClientEvent): object {
  switch (event.kind) {
    case "message":
    case "message-state":
      return { event: event.kind, ...messageRecord(event.message) };
    case "message-gone":
      return { event: event.kind, conversation: event.conversation, message: event.message };
    case "typing":
      return { event: event.kind, conversation: event.conversation, from: event.from, isTyping: event.isTyping };
    case "profile":
      return { event: event.kind, from: event.from, name: event.name, hasPicture: event.hasPicture };
    case "conversation":
      return { event: event.kind, ...conversationRecord(event.conversation) };
    case "request": {
      const { conversation, from, title } = event.request;
      return { event: event.kind, conversation, from, title };
    }
    case "alarm":
      return { event: event.kind, conversation: event.conversation, alarm: event.alarm, seq: event.seq };
    case "lost":
      return { event: event.kind, conversation: event.conversation, from: event.from, to: event.to };
    case "transfer":
      return { event: event.kind, ...event.transfer };
    case "connection":
      return { event: event.kind, state: event.state };
  }
}

function readLine(line: string, commands: ReadonlyMap<string, Command>): { command: ClientCommand; given: Arguments } {
  const given = parseArguments(readWords(line), commands, "");
  const command = commands.get(given.command);
  if (command?.kind !== "client" || command.isLong?.(given.options)) throw new UsageError("not-in-rpc", given.command);
  return { command, given };
}

function readWords(line: string): readonly string[] {
  let words: unknown;
  try {
    words = JSON.parse(line);
  } catch {
    throw new UsageError("malformed");
  }
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) throw new UsageError("malformed");
  return words;
}

/**
 * Makes the command `rpc`: commands come in as lines and are done one after the other. A command's results carry its
 * line's number as `command`; a last line with that number, and `done` or `error`, ends them. Events stand between.
 */
export function createRpcCommand(commands: ReadonlyMap<string, Command>): ClientCommand {
  async function obey(client: Client, call: Call, line: string, write: (record: object) => void): Promise<void> {
    const out: Output = { result: write, remark: () => undefined };
    try {
      const { command, given } = readLine(line, commands);
      await command.run(client, { ...call, values: given.values, options: given.options, out });
      write({ done: true });
    } catch (error) {
      write({ error: errorRecord(error) });
    }
  }

  return {
    kind: "client",
    usage: "",
    summary: "takes commands as lines of JSON, and tells of events; for bots",
    makesHome: true,
    isLong: () => true,
    run: async (client, call) => {
      const out = jsonOutput(call.terminal);
      const write = (record: object) => out.result(record, () => "");
      const stop = client.subscribe((event) => write(eventRecord(event)));
      let number = 0;
      for await (const line of inputLines(call.terminal, call.signal)) {
        if (line.trim() === "") continue;
        number += 1;
        const command = number;
        await obey(client, call, line, (record) => write({ command, ...record }));
      }
      stop();
    },
  };
}
