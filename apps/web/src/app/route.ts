import { Observable } from "../session/observable.js";

/** What stands beside the list. */
export type Route =
  | { readonly place: "start" }
  | { readonly place: "chat"; readonly conversation: string; readonly message?: string | undefined };

/** In the address's fragment, which browsers never send: the relay must not learn which conversation is read. */
function readRoute(fragment: string): Route {
  const [, conversation, message] = /^#\/chat\/([0-9a-f]+)(?:\/([0-9a-f]+))?$/.exec(fragment) ?? [];
  return conversation === undefined ? { place: "start" } : { place: "chat", conversation, message };
}

function writeRoute(route: Route): string {
  if (route.place === "start") return "#/";
  return `#/chat/${route.conversation}${route.message === undefined ? "" : `/${route.message}`}`;
}

export const currentRoute = new Observable<Route>(readRoute(location.hash));

window.addEventListener("hashchange", () => currentRoute.set(readRoute(location.hash)));

export function go(route: Route): void {
  if (writeRoute(route) === location.hash) currentRoute.set({ ...route });
  else location.hash = writeRoute(route);
}
