import { createReadStream, createWriteStream } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream/promises";

/**
 * The peer of the file benchmark, as a process of its own: the least that moves a file over HTTP to a server's disk and
 * back, without encryption, resuming or checks. `server FOLDER` says its port and takes PUT and GET; `put URL FILE` and
 * `get URL FILE` move one file and end.
 */
async function serve(folder: string): Promise<void> {
  const file = path.join(folder, "copy");
  const server = createServer(async (incoming, answer) => {
    if (incoming.method === "PUT") {
      await pipeline(incoming, createWriteStream(file));
      await sync(file);
      answer.end();
    } else if (incoming.method === "GET") {
      await pipeline(createReadStream(file), answer);
    } else {
      await unlink(file);
      answer.end();
    }
  });
  server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
}

async function put(url: string, file: string): Promise<void> {
  const sent = request(url, { method: "PUT" });
  const answered = new Promise((resolve, reject) => {
    sent.on("response", (answer) => answer.resume().on("end", resolve)).on("error", reject);
  });
  await pipeline(createReadStream(file), sent);
  await answered;
}

async function get(url: string, file: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asked = request(url, (answer) => {
      pipeline(answer, createWriteStream(file)).then(resolve, reject);
    });
    asked.on("error", reject).end();
  });
  await sync(file);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, "r+");
  await handle.sync();
  await handle.close();
}

const [command, first = "", second = ""] = process.argv.slice(2);
if (command === "server") await serve(first);
else if (command === "put") await put(first, second);
else await get(first, second);
