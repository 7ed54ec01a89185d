const workerPath = "/service-worker.js";

/** The app as it is kept in this browser, and whether there is a newer one. */
export interface AppUpdate {
  /** Whether a newer version is here and waits to be taken. */
  isReady(): boolean;
  /** @returns ends the subscription */
  subscribe(listener: () => void): () => void;
  /** Takes the newer version: every tab loads again. */
  take(): void;
}

/**
 * Keeps the app in this browser, so that it starts without a network, and watches for newer versions of it.
 *
 * @param scriptUrl makes the address of a script of this app one that may be run
 */
export function keepApp(scriptUrl: (path: string) => string): AppUpdate {
  const listeners = new Set<() => void>();
  let waiting: ServiceWorker | undefined;
  const found = (worker: ServiceWorker) => {
    waiting = worker;
    for (const listener of [...listeners]) listener();
  };
  if ("serviceWorker" in navigator) {
    const { serviceWorker } = navigator;
    const hadController = serviceWorker.controller !== null;
    serviceWorker.addEventListener("controllerchange", () => {
      // The first one takes over what it has not loaded: nothing changes.
      if (hadController) location.reload();
    });
    serviceWorker.register(scriptUrl(workerPath)).then(
      (registration) => watch(registration, found),
      // The app works without; it only does not start without a network.
      () => undefined,
    );
  }
  return {
    isReady: () => waiting !== undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    take: () => waiting?.postMessage("take-over"),
  };
}

/** The scripts that `keepApp` runs. */
export const appScripts = [workerPath] as const;

function watch(registration: ServiceWorkerRegistration, found: (worker: ServiceWorker) => void): void {
  const look = () => {
    const { installing, waiting, active } = registration;
    // The first version waits for nobody.
    if (active === null) return;
    if (waiting !== null) found(waiting);
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed") found(installing);
    });
  };
  look();
  registration.addEventListener("updatefound", look);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => undefined);
  });
}
