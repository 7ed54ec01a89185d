import type { ClientEvent, TransferInfo } from "@redoubt/client";
import { Observable } from "./observable.js";

/** Files on their way, by the message that they belong to. */
export class Transfers {
  readonly now = new Observable<ReadonlyMap<string, TransferInfo>>(new Map());

  take(event: ClientEvent): void {
    if (event.kind !== "transfer") return;
    const { transfer } = event;
    this.now.update((now) => {
      const next = new Map(now);
      if (transfer.state === "complete") next.delete(transfer.message);
      else next.set(transfer.message, transfer);
      return next;
    });
  }
}
