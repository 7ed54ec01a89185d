import { type AnonymousOp, isAnonymousOp, type Params, type Request, type Result } from "@redoubt/wire";
import { type Answer, Begin } from "./answer.js";
import type { Proofs } from "./appends.js";
import type { Connection } from "./connection.js";
import type { Watcher } from "./log-watches.js";
import type { RelayServices } from "./services.js";
import type { Session } from "./session.js";

type Handlers = { [Name in AnonymousOp]: (params: Params<Name>) => Answer<Result<Name>> };

/** A connection that says nothing of who it is: directory, logs, posting, registration. */
export class AnonymousSession implements Session {
  readonly #connection: Connection;
  readonly #services: RelayServices;
  readonly #watcher: Watcher;
  readonly #handlers: Handlers;
  #isInUse = false;

  constructor(connection: Connection, services: RelayServices) {
    this.#connection = connection;
    this.#services = services;
    this.#watcher = { peer: connection.peer, address: connection.address, watched: new Map() };
    this.#handlers = createHandlers(services, connection.nonce, this.#watcher);
  }

  handle(request: Request): void {
    const { op } = request;
    this.#isInUse = true;
    if (isAnonymousOp(op)) this.#handle(request, op);
    else this.#connection.refuseOp(request);
  }

  isInUse(): boolean {
    return this.#isInUse;
  }

  leave(): void {
    this.#services.watches.leave(this.#watcher);
  }

  #handle<Name extends AnonymousOp>(request: Request, op: Name): void {
    this.#connection.answer(request, op, (params) => this.#handlers[op](params));
  }
}

function createHandlers(services: RelayServices, nonce: Uint8Array, watcher: Watcher): Handlers {
  const { accounts, inboxes, keyPackages, logs, watches } = services;
  const proofs: Proofs = new Map();
  return {
    register: (params) => accounts.register(params),
    lookup: (params) => accounts.lookup(params),
    "lookup-account": (params) => accounts.lookupAccount(params),
    "take-key-packages": (params) => keyPackages.take(params),
    post: (params) => inboxes.post(params),
    "create-log": (params) => logs.create(params),
    prove: (params) => logs.prove(params, nonce, proofs),
    append: (params) => logs.append(params, proofs),
    read: (params) => logs.read(params),
    watch: ([logId, from]) => {
      const { lastSeq, start } = watches.watch(logId, from, watcher);
      return new Begin([lastSeq], start);
    },
    unwatch: ([logId]) => {
      watches.unwatch(logId, watcher);
      return [];
    },
    "reset-log": (params) => logs.reset(params),
    "log-counter": (params) => logs.counter(params),
    "change-owner": (params) => logs.changeOwner(params),
    "delete-log": (params) => logs.delete(params, nonce),
  };
}
