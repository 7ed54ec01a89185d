import { openClient } from "@redoubt/client";
import { createWebProvider } from "@redoubt/crypto/web";
import { openStore } from "@redoubt/store";
import { webPlatform } from "@redoubt/transport/web";
import { BrowserHome } from "./browser-home.js";
import { toPlain } from "./engine-error.js";
import { EngineHost } from "./engine-host.js";
import { lifeLock, type StartMessage, type WorkerMessage } from "./engine-messages.js";

/** The program of the dedicated worker: one client on the home of this browser. */
function run({ engine, hadHome }: StartMessage): void {
  const home = new BrowserHome();
  // Beside SQLite, for both take their time. A failure is told where it is waited for.
  const loading = createWebProvider();
  loading.catch(() => undefined);
  let client: ReturnType<typeof openClient> | undefined;

  const open = async (passphrase?: string) => {
    const driver = await home.open(passphrase);
    const store = openStore(driver);
    const provider = await loading;
    client = openClient({ provider, store, platform: webPlatform, relay: location.origin });
    host.serve(client);
  };
  const fail = (error: unknown) => {
    const { code, message } = toPlain(error);
    host.become({ kind: "failed", error: { code, message } });
  };
  const calls = {
    async unlock(passphrase: string) {
      if (client === undefined) await open(passphrase);
    },
    isLockable: () => home.isLockable(),
    setPassphrase: (current: string | undefined, next: string | undefined) => home.setPassphrase(current, next),
    async erase() {
      await client?.close();
      await home.erase();
      host.tellErased();
      postMessage({ kind: "erased" } satisfies WorkerMessage);
    },
  };
  const host = new EngineHost(engine, calls, () => {
    if (client !== undefined) home.check().catch(fail);
  });
  home
    .isLocked(hadHome)
    .then((isLocked) => (isLocked ? host.become({ kind: "locked" }) : open()))
    .catch(fail);
}

self.onmessage = ({ data }: MessageEvent<StartMessage>) => {
  // Held until the worker ends, however it ends.
  void navigator.locks.request(lifeLock(data.engine), () => {
    postMessage({ kind: "begun" } satisfies WorkerMessage);
    run(data);
    return new Promise(() => undefined);
  });
};
