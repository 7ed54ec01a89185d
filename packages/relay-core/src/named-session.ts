import { isNamedOp, type NamedOp, type Params, type Request, type Result } from "@redoubt/wire";
import { type Answer, Begin } from "./answer.js";
import type { Connection } from "./connection.js";
import type { SignedIn } from "./devices.js";
import { RelayError } from "./relay-error.js";
import type { RelayServices } from "./services.js";
import type { Session } from "./session.js";

type DeviceOp = Exclude<NamedOp, "auth">;
type Handlers = { [Name in DeviceOp]: (params: Params<Name>, device: SignedIn) => Answer<Result<Name>> };

/** A connection of one device: its account, its key packages, its inbox. */
export class NamedSession implements Session {
  readonly #connection: Connection;
  readonly #services: RelayServices;
  readonly #handlers: Handlers;
  #device: SignedIn | undefined;

  constructor(connection: Connection, services: RelayServices) {
    this.#connection = connection;
    this.#services = services;
    this.#handlers = createHandlers(services, connection);
  }

  handle(request: Request): void {
    const { op } = request;
    if (!isNamedOp(op)) this.#connection.refuseOp(request);
    else if (op === "auth") this.#connection.answer(request, op, (params) => this.#signIn(params));
    else this.#handle(request, op);
  }

  isInUse(): boolean {
    return this.#device !== undefined;
  }

  leave(): void {
    const device = this.#device;
    if (device === undefined) return;
    this.#services.inboxes.leave(device.inboxId, this.#connection.peer);
    this.#services.devices.leave(device, this.#connection.peer);
    this.#services.disclosures.leave(this.#connection.peer);
  }

  #handle<Name extends DeviceOp>(request: Request, op: Name): void {
    this.#connection.answer(request, op, (params) => {
      if (this.#device === undefined) throw new RelayError("not-authenticated");
      return this.#handlers[op](params, this.#device);
    });
  }

  /** A connection is one device's for as long as it lives. */
  #signIn(params: Params<"auth">): Result<"auth"> {
    if (this.#device !== undefined) throw new RelayError("malformed");
    this.#device = this.#services.devices.signIn(params, this.#connection.nonce, this.#connection.peer);
    return [];
  }
}

function createHandlers(
  { accounts, disclosures, inboxes, keyPackages }: RelayServices,
  { peer }: Connection,
): Handlers {
  return {
    "append-entry": (params, { accountId }) => accounts.appendEntry(params, accountId),
    "publish-key-packages": (params, device) => keyPackages.publish(params, device),
    "count-key-packages": (_params, device) => keyPackages.count(device),
    "set-token": (params, { inboxId }) => inboxes.setToken(params, inboxId),
    "read-inbox": (params, { inboxId }) => inboxes.read(params, inboxId),
    "watch-inbox": (_params, { inboxId }) => new Begin([], inboxes.watch(inboxId, peer)),
    "ack-inbox": (params, { inboxId }) => inboxes.acknowledge(params, inboxId),
    disclose: (params, device) => disclosures.page(params, device, peer),
  };
}
