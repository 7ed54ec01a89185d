import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { asSecret } from "@redoubt/base";
import { createConversationContext, hashingOf, keyPairOfSeed, type LogAccess } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createLogger, type Relay, startRelay } from "@redoubt/relay";
import { createTransport, type Platform, type Transport } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";

export const context = createConversationContext(await createNodeProvider());

/** A relay in this process with one log, and a transport to it. */
export class FileRelay implements AsyncDisposable {
  readonly folder: string;
  readonly relay: Relay;
  readonly transport: Transport;
  readonly access: LogAccess;

  private constructor(folder: string, relay: Relay, transport: Transport, access: LogAccess) {
    this.folder = folder;
    this.relay = relay;
    this.transport = transport;
    this.access = access;
  }

  static async start(platform: Platform = nodePlatform): Promise<FileRelay> {
    const folder = mkdtempSync(path.join(tmpdir(), "redoubt-client-"));
    const relay = await startRelay({
      data: folder,
      host: "127.0.0.1",
      port: 0,
      registration: "open",
      trustProxy: false,
      powBits: 0,
      logger: createLogger({ write: () => undefined }),
    });
    const { random, provider } = context;
    const { sha256 } = hashingOf(provider);
    const transport = createTransport({ ...platform, random, sha256, url: relay.url });
    const access: LogAccess = {
      relay: relay.url,
      logId: random(32),
      logSecret: asSecret<32>(random(32)),
      writeSeed: asSecret<32>(random(32)),
      ownerSeed: asSecret<32>(random(32)),
    };
    const { logId } = access;
    await transport.errand(async (session) => {
      const [write, owner] = [access.writeSeed, random(32)].map((seed) => keyPairOfSeed(context, seed).publicKey);
      if (write === undefined || owner === undefined) throw new Error("no keys");
      await session.request("create-log", [logId, write, owner, await session.stamp(logId)]);
    });
    return new FileRelay(folder, relay, transport, access);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.transport.close();
    await this.relay.stop();
    rmSync(this.folder, { recursive: true });
  }
}
