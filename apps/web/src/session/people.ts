import type { ClientEvent, ContactInfo } from "@redoubt/client";
import type { RemoteClient } from "../engine/remote-client.js";
import { coalesce } from "./coalesce.js";
import { Observable } from "./observable.js";

/** The people that are known, by user name, and their pictures. */
export class People {
  readonly known = new Observable<ReadonlyMap<string, ContactInfo>>(new Map());
  /** Object URLs by user name. */
  readonly pictures = new Observable<ReadonlyMap<string, string>>(new Map());
  readonly refresh: () => void;
  readonly #client: RemoteClient;

  constructor(client: RemoteClient) {
    this.#client = client;
    this.refresh = coalesce(async () => {
      const contacts = await client.contacts();
      this.known.set(new Map(contacts.map((contact) => [contact.username, contact])));
      const missing = contacts.filter(({ username, hasPicture }) => hasPicture && !this.pictures.get().has(username));
      await Promise.all(missing.map(({ username }) => this.#load(username)));
    });
  }

  async #load(username: string): Promise<void> {
    const { picture } = await this.#client.profile(username);
    const previous = this.pictures.get().get(username);
    if (previous !== undefined) URL.revokeObjectURL(previous);
    this.pictures.update((pictures) => {
      const next = new Map(pictures);
      if (picture === undefined || picture.length === 0) next.delete(username);
      else next.set(username, URL.createObjectURL(new Blob([picture.slice()])));
      return next;
    });
  }

  /** What somebody is called: the name that they chose, or their user name. */
  nameOf(username: string): string {
    return this.known.get().get(username)?.name || username;
  }

  take(event: ClientEvent): void {
    if (event.kind === "profile") {
      this.#load(event.from).catch(() => undefined);
      this.refresh();
    }
    if (event.kind === "conversation" || event.kind === "request") this.refresh();
  }
}
