/** What the build puts here: the paths of its files, and a digest of them all. */
declare const precache: { readonly version: string; readonly files: readonly string[] };
declare const self: ServiceWorkerGlobalScope;

/**
 * Keeps the app itself, so that it starts without a network. Nothing else goes through here: what the engine asks of
 * relays, and what people say, is never in its cache.
 */
const prefix = "redoubt-app-";
const cacheName = prefix + precache.version;
const kept = new Set(precache.files);

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && origin === self.location.origin && kept.has(pathname);
  if (isOurs) event.respondWith(answer(pathname, event.request));
});
// A new version waits until a tab says so: it would take the files of the old one away from the others.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(
    [...kept].map((path) => new Request(path, { cache: isNamedByContent(path) ? "default" : "reload" })),
  );
}

/** What the HTTP cache has of these cannot be another version's. */
function isNamedByContent(path: string): boolean {
  return path.startsWith("/assets/");
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
  await self.clients.claim();
}

async function answer(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
