import type { ClientEvent, ConversationInfo, RequestInfo } from "@redoubt/client";
import type { RemoteClient } from "../engine/remote-client.js";
import { coalesce } from "./coalesce.js";
import { Observable } from "./observable.js";

/** Pinned ones first, then by the time of the newest message; those without any stay in the order of the store. */
export function inOrder(conversations: readonly ConversationInfo[]): readonly ConversationInfo[] {
  const newest = ({ last }: ConversationInfo) => last?.at ?? Number.POSITIVE_INFINITY;
  return conversations.toSorted((a, b) => {
    if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
    return newest(b) === newest(a) ? 0 : newest(b) - newest(a);
  });
}

/** The conversations, and the requests that wait for an answer. */
export class ConversationList {
  /** `undefined` until it was read. */
  readonly conversations = new Observable<readonly ConversationInfo[] | undefined>(undefined);
  readonly requests = new Observable<readonly RequestInfo[]>([]);
  /** Reads both anew. */
  readonly refresh: () => void;

  constructor(client: RemoteClient) {
    this.refresh = coalesce(async () => {
      const [conversations, requests] = await Promise.all([client.list(), client.requests()]);
      this.requests.set(requests);
      this.conversations.set(inOrder(conversations.filter(({ state }) => state !== "request" && state !== "blocked")));
    });
  }

  find(conversation: string): ConversationInfo | undefined {
    return this.conversations.get()?.find((one) => one.conversation === conversation);
  }

  take(event: ClientEvent): void {
    if (event.kind === "typing" || event.kind === "transfer" || event.kind === "alarm") return;
    if (event.kind === "connection" && event.state !== "online") return;
    this.refresh();
  }
}
