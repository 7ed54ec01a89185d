import { type Client, openClient } from "@redoubt/client";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore } from "@redoubt/store";
import type { OpenSocket, Platform, SendHttp } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { reopenFileSource } from "./files/file-source.js";
import { holdHome } from "./home.js";
import type { Passphrases } from "./passphrase.js";

/** How a command wants its home. */
export interface HomeWish {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly passphrases: Passphrases;
  /** Origin of the relay. */
  readonly relay: string;
  /** Makes the home where there is none. */
  readonly makes: boolean;
  /** Does without the network. */
  readonly isLocal: boolean;
}

export interface OpenHome extends AsyncDisposable {
  readonly client: Client;
}

/** A network on which nothing can be reached. */
const noSocket: OpenSocket = (_, { closed }) => {
  setImmediate(() => closed(1006));
  return { send: () => undefined, close: () => undefined };
};

const noHttp: SendHttp = () => ({ answer: Promise.reject(new Error("there is no network")), abort: () => undefined });

const localPlatform: Platform = { ...nodePlatform, openSocket: noSocket, sendHttp: noHttp };

/**
 * Opens a home: the composition root of the client wing on Node.
 *
 * @throws ClientError `not-registered`; StoreError
 */
export async function openHome({ folder, passphrases, relay, makes, isLocal }: HomeWish): Promise<OpenHome> {
  const { driver, release } = await holdHome(folder, passphrases, makes);
  try {
    const store = openStore(driver);
    const platform = isLocal ? localPlatform : nodePlatform;
    const client = openClient({
      provider: await createNodeProvider(),
      store,
      platform,
      relay,
      reopen: reopenFileSource,
    });
    return {
      client,
      async [Symbol.asyncDispose]() {
        await client.close();
        release();
      },
    };
  } catch (error) {
    driver.close();
    release();
    throw error;
  }
}
