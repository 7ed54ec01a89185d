import type { ClientEvent } from "@redoubt/client";
import type { PlainError } from "./engine-error.js";
import type { HomeState } from "./remote-home.js";

/** All tabs and the one engine talk here. A message reaches all of them but its sender. */
export const channelName = "redoubt-engine";

/** Held by the tab that runs the engine. */
export const leaderLock = "redoubt-engine";

/** Held by an engine, and by a tab, for as long as it lives. */
export const lifeLock = (id: string) => `redoubt-life-${id}`;

export type Connection = Extract<ClientEvent, { kind: "connection" }>["state"];

/** From a tab. */
export type TabMessage =
  /** Asks how it stands. */
  | { readonly kind: "hello" }
  /** Asks whether what was kept is still there: the tab has come to the front. */
  | { readonly kind: "check" }
  /** Asks for another engine. */
  | { readonly kind: "restart" }
  | {
      readonly kind: "call";
      readonly engine: string;
      readonly tab: string;
      readonly call: number;
      readonly target: "client" | "home";
      readonly method: string;
      readonly values: readonly unknown[];
    }
  /** Ends something that a call said can be ended early. */
  | { readonly kind: "abort"; readonly tab: string; readonly port: number }
  | { readonly kind: "port-answer"; readonly tab: string; readonly call: number; readonly result: Result };

/** From an engine. */
export type EngineMessage =
  | {
      readonly kind: "state";
      readonly engine: string;
      readonly state: HomeState;
      readonly connection: Connection | undefined;
    }
  | { readonly kind: "answer"; readonly tab: string; readonly call: number; readonly result: Result }
  | { readonly kind: "event"; readonly engine: string; readonly event: ClientEvent }
  /** Everything that was kept is removed, as somebody wished. Another engine begins anew. */
  | { readonly kind: "erased" }
  /** Calls what a tab has lent to a call of its: a file to read, a place to write to, a listener. */
  | {
      readonly kind: "port-call";
      readonly engine: string;
      readonly tab: string;
      readonly call: number;
      readonly port: number;
      readonly method: string;
      readonly values: readonly unknown[];
    };

export type Message = TabMessage | EngineMessage;

export type Result =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: PlainError };

/** From the tab to the worker that it has started. */
export interface StartMessage {
  readonly engine: string;
  /** Whether this tab knows of an account that was kept here. */
  readonly hadHome: boolean;
}

/** From the worker to its tab: it holds its lock; it has removed everything and wants another in its place. */
export interface WorkerMessage {
  readonly kind: "begun" | "erased";
}
