import { connect } from "node:net";
import { within } from "@redoubt/testkit";

/** How long the relay has to begin an answer before we end our half: else it would wait for the rest of half a request. */
const grace = 25;

/**
 * Sends bytes on a connection of their own and takes all that comes until the relay ends it. Our half ends once an
 * answer has begun, or was given time to; at once, where half a connection is what is tried.
 *
 * @param pieces each in a packet of its own, where the network lets it be
 */
export function exchange(url: string, pieces: readonly Uint8Array[], endsAtOnce = false): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const whole = new Promise<Buffer>((resolve) => {
    const answer: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const late = setTimeout(() => socket.end(), endsAtOnce ? 0 : grace);
    socket.on("data", (bytes) => {
      answer.push(bytes);
      if (!isOpenEnded(answer[0] as Buffer)) setImmediate(() => socket.end());
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(late);
      resolve(Buffer.concat(answer));
    });
    const [first, ...rest] = pieces;
    if (first !== undefined) socket.write(first);
    // Nagle's algorithm is off: what is written in a later turn goes in a later packet.
    const next = () => {
      const piece = rest.shift();
      if (piece === undefined) return;
      socket.write(piece);
      setImmediate(next);
    };
    setImmediate(next);
  });
  return within(whole, () => `an end of ${JSON.stringify(Buffer.concat(pieces).toString("latin1").slice(0, 300))}`);
}

/** Whether more of the answer may come after its head: then the relay is to end the connection, or the grace does. */
function isOpenEnded(first: Buffer): boolean {
  return first.includes("HTTP/1.1 200") || first.includes("HTTP/1.1 206") || first.includes("HTTP/1.1 100");
}
