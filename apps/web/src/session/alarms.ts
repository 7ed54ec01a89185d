import type { ClientEvent } from "@redoubt/client";
import { Observable } from "./observable.js";

/** Somebody lied, as told by the engine; or entries of a log that are gone unread. */
export type Alarm = Extract<ClientEvent, { kind: "alarm" }> | Extract<ClientEvent, { kind: "lost" }>;

/** What has to be said loudly, by conversation. */
export class Alarms {
  readonly now = new Observable<readonly Alarm[]>([]);

  take(event: ClientEvent): void {
    if (event.kind === "alarm" || event.kind === "lost") this.now.update((alarms) => [...alarms, event]);
  }

  dismiss(alarm: Alarm): void {
    this.now.update((alarms) => alarms.filter((other) => other !== alarm));
  }
}
