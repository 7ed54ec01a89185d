import { typingMessage } from "@redoubt/conversation";
import type { StoredConversation } from "@redoubt/store";
import { hex } from "../hex.js";
import { readPrivacy } from "./privacy.js";
import { rulesOf } from "./rules.js";
import { queueSignal, type SignalPorts } from "./signals.js";

/** Milliseconds between two messages that say that we type. */
const leastPause = 5_000;

/** Says that we type, where rules and settings allow it, and not too often. */
export class TypingSignals {
  readonly #ports: SignalPorts;
  readonly #last = new Map<string, { readonly at: number; readonly isTyping: boolean }>();

  constructor(ports: SignalPorts) {
    this.#ports = ports;
  }

  /** @returns whether something was queued */
  signal({ id, state }: StoredConversation, isTyping: boolean): boolean {
    const { store, context, now } = this.#ports;
    if (state !== "active" || !rulesOf(this.#ports, { id, state }).typing || !readPrivacy(store).typing) return false;
    const last = this.#last.get(hex(id));
    // That we have stopped is worth saying once, after it was said that we type.
    const isDue = isTyping ? last === undefined || now() - last.at >= leastPause : last?.isTyping === true;
    if (!isDue) return false;
    if (!queueSignal(this.#ports, id, typingMessage(context.random, isTyping), () => undefined)) return false;
    this.#last.set(hex(id), { at: isTyping || last === undefined ? now() : last.at, isTyping });
    return true;
  }
}
