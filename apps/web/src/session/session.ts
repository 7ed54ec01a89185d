import type { ClientEvent, ConnectionState, Whoami } from "@redoubt/client";
import type { RemoteClient } from "../engine/remote-client.js";
import { Alarms } from "./alarms.js";
import { ConversationList } from "./conversation-list.js";
import { Observable } from "./observable.js";
import { People } from "./people.js";
import { Transfers } from "./transfers.js";
import { TypingPeople } from "./typing-people.js";

/** What the screens of a signed-in person read from. The client's events flow into it, and from it into components. */
export class Session {
  readonly client: RemoteClient;
  readonly me: Whoami;
  readonly connection = new Observable<ConnectionState>("connecting");
  readonly list: ConversationList;
  readonly people: People;
  readonly typing = new TypingPeople();
  readonly transfers = new Transfers();
  readonly alarms = new Alarms();
  readonly #listeners = new Set<(event: ClientEvent) => void>();

  constructor(client: RemoteClient, me: Whoami) {
    this.client = client;
    this.me = me;
    this.list = new ConversationList(client);
    this.people = new People(client);
  }

  /** Begins to hear the client, and reads what there is. @returns ends that */
  open(): () => void {
    const unsubscribe = this.client.subscribe((event) => this.#take(event));
    this.client.connection().then(
      (state) => this.connection.set(state),
      () => undefined,
    );
    this.list.refresh();
    this.people.refresh();
    return () => {
      unsubscribe();
      this.typing.close();
    };
  }

  /** Hears the client's events after the stores have taken them. @returns ends that */
  hear(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(event: ClientEvent): void {
    if (event.kind === "connection") this.connection.set(event.state);
    this.list.take(event);
    this.people.take(event);
    this.typing.take(event);
    this.transfers.take(event);
    this.alarms.take(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}
