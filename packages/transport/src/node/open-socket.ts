import { limits } from "@redoubt/wire";
import WebSocket from "ws";
import type { OpenSocket } from "../platform.js";

/** How long the relay may take to answer our closing before the socket is cut, in milliseconds. */
const closeTime = 2_000;
const unsupportedData = 1003;

/** Opens a WebSocket by `ws`. A certificate that does not verify is a socket that could not be opened. */
export const openSocket: OpenSocket = (url, listener) => {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: limits.frame,
    followRedirects: false,
  });
  let cause: unknown;
  socket.on("error", (error) => {
    cause = error;
  });
  socket.on("close", (code) => listener.closed(code, cause));
  socket.on("message", (data, isBinary) => {
    if (isBinary) listener.message(data as Buffer);
    else socket.close(unsupportedData);
  });
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    close() {
      socket.close();
      setTimeout(() => socket.terminate(), closeTime).unref();
    },
  };
};
