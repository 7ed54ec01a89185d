import { randomBytes } from "node:crypto";
import { DeliveryCount } from "./delivery-count.js";
import type { EjabberdProgram } from "./ejabberd-program.js";
import type { Sample } from "./measure.js";
import type { Load } from "./relay-load.js";
import { XmppSocket } from "./xmpp-socket.js";

/** 300 characters, as many as our entries have bytes. */
const newText = () => randomBytes(150).toString("hex");

/**
 * Sends a relay's load through ejabberd: with one watcher as chat messages from one person to another, with more to a
 * room of as many members, of whom the writer is one. A message counts as open until it has arrived at the other, or
 * has come back from the room, for a chat message is acknowledged by nobody.
 *
 * @returns its CPU and the wall clock's milliseconds for one delivery
 */
export async function measureEjabberd(program: EjabberdProgram, load: Load): Promise<Sample> {
  const expected = load.logs * load.watchers * load.messagesPerLog;
  const count = new DeliveryCount(expected);
  const sockets: XmppSocket[] = [];
  const connect = async (user: string) => {
    const socket = await XmppSocket.connect(program.port, user);
    socket.onMessage = count.add;
    sockets.push(socket);
    return socket;
  };
  const begins: (() => void)[] = [];
  for (let log = 0; log < load.logs; log++) {
    if (load.watchers === 1) {
      const [writer, reader] = [await connect(`writer${log}`), await connect(`reader${log}`)];
      begins.push(writeOn(reader, count, load, () => writer.sendTo(reader.user, newText())));
      continue;
    }
    const room = `room${log}`;
    const members: XmppSocket[] = [];
    for (let i = 0; i < load.watchers; i++) {
      const member = await connect(`member${log}x${i}`);
      await member.join(room);
      members.push(member);
    }
    const [writer] = members as [XmppSocket];
    begins.push(writeOn(writer, count, load, () => writer.sendToRoom(room, newText())));
  }
  const [cpuBefore, start] = [program.cpu(), performance.now()];
  for (const begin of begins) begin();
  await count.complete;
  const [cpu, time] = [program.cpu() - cpuBefore, performance.now() - start];
  for (const socket of sockets) socket.close();
  return { cpu: cpu / expected, time: time / expected };
}

/** Keeps `open` messages under way: each that arrives at `receiver` lets the next one go. */
function writeOn(receiver: XmppSocket, count: DeliveryCount, { messagesPerLog, open }: Load, send: () => void) {
  let left = messagesPerLog;
  const next = () => {
    if (left === 0) return;
    left -= 1;
    send();
  };
  receiver.onMessage = () => {
    count.add();
    next();
  };
  return () => {
    for (let i = 0; i < open; i++) next();
  };
}
