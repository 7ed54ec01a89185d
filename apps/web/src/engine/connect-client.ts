import { EngineError } from "./engine-error.js";
import { EngineLink } from "./engine-link.js";
import workerUrl from "./engine-worker.ts?worker&url";
import { Leader } from "./leader.js";
import type { RemoteClient } from "./remote-client.js";
import type { HomeState, RemoteHome } from "./remote-home.js";

/** Of this tab: that an account was kept here. What clears the rest may leave it. */
const hadHomeKey = "redoubt-had-home";

/**
 * Connects this tab to the one engine of the browser, which it runs itself when no other tab does.
 *
 * @param scriptUrl makes the address of a script of this app one that may be run
 */
export function connectClient(scriptUrl: (path: string) => string): RemoteClient {
  if (!isSupported()) return unsupportedClient();
  const erased = () => sessionStorage.removeItem(hadHomeKey);
  const link: EngineLink = new EngineLink({
    restart: () => {
      if (leader.isLeading) leader.restart();
    },
    erased,
  });
  const leader = new Leader({
    startWorker: () => new Worker(scriptUrl(workerUrl), { type: "module", name: "redoubt-engine" }),
    hadHome: () => sessionStorage.getItem(hadHomeKey) !== null,
    erased,
    failed: (state) => link.fail(state),
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") link.check();
  });
  const call = async (method: string, values: readonly unknown[]) => {
    const result = await link.call("client", method, values);
    if (method === "whoami" || method === "register") sessionStorage.setItem(hadHomeKey, "");
    // Without this the browser may clear everything when the disk is short.
    if (method === "register") void navigator.storage.persist();
    return result;
  };
  return clientOf(call, {
    subscribe: (listener) => link.subscribe(listener),
    close: async () => leader.giveUp(),
    home: homeOf(link),
  });
}

function homeOf(link: EngineLink): RemoteHome {
  return {
    state: () => link.state,
    subscribe: (listener) => link.watchState(listener),
    unlock: async (passphrase) => void (await link.call("home", "unlock", [passphrase])),
    isLockable: async () => (await link.call("home", "isLockable", [])) === true,
    setPassphrase: async (current, next) => void (await link.call("home", "setPassphrase", [current, next])),
    restart: () => link.restart(),
    erase: async () => void (await link.call("home", "erase", [])),
    async room() {
      const { usage = 0, quota = 0 } = await navigator.storage.estimate();
      return { used: usage, quota, isKept: await navigator.storage.persisted() };
    },
  };
}

/** Every method of the client, whatever the SDK has: each is a call. */
function clientOf(
  call: (method: string, values: readonly unknown[]) => Promise<unknown>,
  own: Pick<RemoteClient, "subscribe" | "home" | "close">,
): RemoteClient {
  return new Proxy(own, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      // Promises look for `then`.
      if (typeof name === "symbol" || name === "then") return undefined;
      return (...values: readonly unknown[]) => call(name, values);
    },
  }) as RemoteClient;
}

function isSupported(): boolean {
  const hasFiles = "storage" in navigator && "getDirectory" in navigator.storage;
  return isSecureContext && hasFiles && "locks" in navigator && "BroadcastChannel" in self && "WebAssembly" in self;
}

function unsupportedClient(): RemoteClient {
  const error = new EngineError("unsupported-browser");
  const state: HomeState = { kind: "failed", error: error.toJSON() };
  const refuse = () => Promise.reject(error);
  return clientOf(refuse, {
    subscribe: () => () => undefined,
    close: () => Promise.resolve(),
    home: {
      state: () => state,
      subscribe: () => () => undefined,
      unlock: refuse,
      isLockable: refuse,
      setPassphrase: refuse,
      restart: () => undefined,
      erase: refuse,
      room: refuse,
    },
  });
}
