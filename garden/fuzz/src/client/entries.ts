import { CodedError, encodeCbor, utf8 } from "@redoubt/base";
import {
  encodeMimiContent,
  enterConversation,
  openLetter,
  sealContent,
  sealLeaving,
  sealLetter,
  takeEntry,
  textMessage,
} from "@redoubt/conversation";
import { encodeGroup, seal } from "@redoubt/mls";
import type { Dice } from "../dice.js";
import { anyValue } from "../hostile-cbor.js";
import { mutateBytes } from "../mutate-bytes.js";
import { Finding, holds, type OpenTarget, type Target } from "../target.js";
import { context, provider } from "./person.js";
import { beginTalk, sealAround, type Talk } from "./talk.js";

/** What a member, a stranger or a relay gives to somebody in a group: log entries, welcomes, letters. */
export const entries: Target = {
  name: "entries",
  share: 10,
  lanes: 1,
  checkEvery: 500,
  async open() {
    return new Entries();
  },
};

class Entries implements OpenTarget {
  readonly #talk: Talk = beginTalk();
  readonly #seen = new Set<string>();
  readonly #image = this.#imageOf();

  run(dice: Dice): string {
    const outcome = this.#outcome(dice);
    this.#seen.add(outcome);
    return outcome;
  }

  /** Bob still reads what Alice writes, and holds the state that he held. */
  async check(): Promise<void> {
    holds(this.#imageOf() === this.#image, () => "what was refused has changed the state");
    const { ofAlice, ofBob } = this.#talk;
    const sent = sealContent(context, ofAlice, encodeMimiContent(textMessage(provider.random, "still here")));
    const { taken } = takeEntry(context, ofBob, { seq: ofBob.position.seq + 1, ...sent }, undefined);
    holds(taken.kind === "message", () => `an honest message is ${taken.kind}`);
  }

  missing(): readonly string[] {
    const wanted = [
      "entry message",
      "entry ignored",
      "entry leaving",
      "welcome malformed",
      "letter ok",
      "letter malformed",
    ];
    return wanted.filter((outcome) => !this.#seen.has(outcome)).map((outcome) => `no case came to: ${outcome}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #outcome(dice: Dice): string {
    const kind = dice.below(10);
    if (kind < 2) return `entry ${this.#stranger(dice)}`;
    if (kind < 7) return `entry ${this.#member(dice)}`;
    if (kind < 8) return `welcome ${this.#welcome(dice)}`;
    return `letter ${this.#letter(dice)}`;
  }

  /** Bytes that the relay changed, or made up. */
  #stranger(dice: Dice): string {
    const { ofAlice } = this.#talk;
    const sent = sealContent(context, ofAlice, utf8("hello"));
    const bytes = dice.oneIn(3) ? dice.bytes(dice.below(600)) : mutateBytes(dice, sent.bytes);
    const taken = this.#take(bytes, dice.oneIn(8) ? dice.bytes(16) : sent.entryId);
    holds(taken === "ignored", () => `bytes of a stranger are ${taken}`);
    return taken;
  }

  /** What a member seals for the log: bent MLS messages, claims that are none, contents that are none, words twice. */
  #member(dice: Dice): string {
    const { ofAlice, ofBob } = this.#talk;
    const group = ofAlice.group as NonNullable<typeof ofAlice.group>;
    const entryId = dice.bytes(16);
    switch (dice.below(5)) {
      case 0: {
        const { message } = seal(context.mls, group, utf8("x"), { authenticatedData: dice.bytes(dice.below(80)) });
        return this.#taken(sealAround(ofBob, message, entryId));
      }
      case 1: {
        const authenticatedData = encodeCbor([
          dice.below(4),
          dice.bytes(32),
          ...(dice.oneIn(2) ? [anyValue(dice)] : []),
        ]);
        const { message } = seal(context.mls, group, encodeCbor(anyValue(dice)), { authenticatedData });
        return this.#taken(sealAround(ofBob, message, entryId));
      }
      case 2: {
        const { message } = seal(context.mls, group, utf8("x"), {
          authenticatedData: encodeCbor([1, new Uint8Array(32)]),
        });
        return this.#taken(sealAround(ofBob, mutateBytes(dice, message), entryId));
      }
      case 3: {
        const content = encodeMimiContent(textMessage(provider.random, "bent"));
        const sent = sealContent(context, ofAlice, mutateBytes(dice, content));
        return this.#taken({ seq: ofBob.position.seq + 1, ...sent });
      }
      default:
        return this.#taken({ seq: ofBob.position.seq + 1, ...sealLeaving(context, ofAlice) });
    }
  }

  #welcome(dice: Dice): string {
    const { welcome, bobsPackage } = this.#talk;
    const isWelcome = dice.oneIn(2);
    const bent = mutateBytes(dice, isWelcome ? welcome.welcome : welcome.position);
    return codeOf(() => {
      const [first, second] = isWelcome ? [bent, welcome.position] : [welcome.welcome, bent];
      enterConversation(context, [bobsPackage], first, second);
    });
  }

  #letter(dice: Dice): string {
    const { alice, bobsPackage } = this.#talk;
    const sender = { chain: dice.oneIn(3) ? [mutateBytes(dice, alice.chain[0] as Uint8Array)] : alice.chain };
    const body = dice.oneIn(2) ? dice.bytes(dice.below(300)) : encodeCbor(anyValue(dice));
    const sealed = sealLetter(context, { ...sender, signatureKeys: alice.keys }, bobsPackage.keyPackage, body);
    const part = dice.pick(["kemOutput", "ciphertext", "reference", "none", "none"] as const);
    const bent = part === "none" ? sealed : { ...sealed, [part]: mutateBytes(dice, sealed[part]) };
    return codeOf(() => void openLetter(context, bobsPackage, bent));
  }

  #take(bytes: Uint8Array, entryId: Uint8Array): string {
    return this.#taken({ seq: this.#talk.ofBob.position.seq + 1, entryId, bytes });
  }

  /** Takes an entry in, and forgets the state that it led to. */
  #taken(entry: { readonly seq: number; readonly entryId: Uint8Array; readonly bytes: Uint8Array }): string {
    try {
      return takeEntry(context, this.#talk.ofBob, entry, undefined).taken.kind;
    } catch (error) {
      if (error instanceof CodedError) return error.code;
      throw new Finding(`an entry fails without a code: ${(error as Error).stack}`);
    }
  }

  #imageOf(): string {
    const { group } = this.#talk.ofBob;
    const { epoch, records } = encodeGroup(group as NonNullable<typeof group>);
    return Buffer.concat([epoch, ...[...records].map(([, value]) => value)]).toString("base64");
  }
}

function codeOf(work: () => void): string {
  try {
    work();
    return "ok";
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw new Finding(`fails without a code: ${(error as Error).stack}`);
  }
}
