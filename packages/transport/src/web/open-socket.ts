import { limits } from "@redoubt/wire";
import type { Socket, SocketListener } from "../platform.js";

/** Pages may give 1000 and 3000 to 4999 alone; the first of them that is free to us. */
const unacceptable = 3000;

/** Opens a WebSocket of the browser's, or of whatever has its interface. */
export function openSocketBy(SocketClass: typeof WebSocket, url: string, listener: SocketListener): Socket {
  const socket = new SocketClass(url);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer && data.byteLength <= limits.frame) listener.message(new Uint8Array(data));
    else socket.close(unacceptable);
  };
  socket.onclose = ({ code }) => listener.closed(code);
  return {
    send(message) {
      if (socket.readyState === SocketClass.OPEN) socket.send(message as Uint8Array<ArrayBuffer>);
    },
    close: () => socket.close(),
  };
}
