import { CodedError, decodeCbor, encodeCbor, equalBytes, fromBase64url, utf8 } from "@redoubt/base";
import {
  attachmentsOf,
  classify,
  decodeDetail,
  decodeIntent,
  decodeLetterBody,
  decodeMimiContent,
  decodePendingChange,
  displayName,
  encodeDetail,
  encodeIntent,
  encodeLetterBody,
  encodeMimiContent,
  encodePendingChange,
  hashingOf,
  joinShown,
  plainTextOf,
  profileMessage,
  reactionMessage,
  readChain,
  readMember,
  readMentions,
  readPolicy,
  statusMessage,
  textMessage,
  typingMessage,
} from "@redoubt/conversation";
import { openBlob, sealBlob } from "@redoubt/crypto";
import { extendChain, isUsername, verifyChain } from "@redoubt/identity";
import {
  decodeGroup,
  decodeGroupContext,
  decodeMessage,
  decodeRatchetTree,
  encodeGroup,
  encodeMessage,
  encodeRatchetTree,
  exportGroupInfo,
  parseGroupInfo,
  parseMessage,
  parseWelcome,
} from "@redoubt/mls";
import { relayOrigin } from "@redoubt/transport";
import {
  type EventName,
  events,
  type Op,
  ops,
  readEvent,
  readParams,
  readResult,
  readServerMessage,
} from "@redoubt/wire";
import { Dice } from "../dice.js";
import { mutateValue, wrongCbor } from "../hostile-cbor.js";
import { mutateBytes } from "../mutate-bytes.js";
import { sampleOf } from "../sample.js";
import { Finding, holds, type OpenTarget, type Target } from "../target.js";
import { context, provider } from "./person.js";
import { beginTalk, contentEntry } from "./talk.js";

/** Something that reads bytes which others made. */
interface Decoder {
  readonly name: string;
  /** Bytes that it accepts. */
  readonly samples: readonly Uint8Array[];
  /** @returns the bytes that the value encodes to, where there is one encoding of each; else nothing */
  readonly decode: (bytes: Uint8Array) => unknown;
}

/** Every reader of the client's envelopes and of what its store keeps, by itself. */
export const decoders: Target = {
  name: "decoders",
  share: 855,
  lanes: 1,
  checkEvery: 10000,
  async open() {
    return new Decoders(allDecoders());
  },
};

class Decoders implements OpenTarget {
  readonly #decoders: readonly Decoder[];
  readonly #samples: readonly Uint8Array[];
  readonly #refused = new Set<string>();

  constructor(all: readonly Decoder[]) {
    this.#decoders = all;
    this.#samples = all.flatMap(({ samples }) => samples);
    this.#checkSamples();
  }

  run(dice: Dice): string {
    const decoder = dice.pick(this.#decoders);
    const isOwn = decoder.samples.length > 0 && !dice.oneIn(16);
    const sample = dice.pick(isOwn ? decoder.samples : this.#samples);
    const outcome = outcomeOf(decoder, bend(dice, sample));
    if (outcome !== "ok") this.#refused.add(decoder.name);
    return outcome;
  }

  async check(): Promise<void> {
    this.#checkSamples();
  }

  missing(): readonly string[] {
    return this.#decoders.filter(({ name }) => !this.#refused.has(name)).map(({ name }) => `${name} refused nothing`);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #checkSamples(): void {
    for (const decoder of this.#decoders) {
      for (const sample of decoder.samples) {
        const outcome = outcomeOf(decoder, sample);
        holds(outcome === "ok", () => `${decoder.name} refuses its own sample: ${outcome}`);
      }
    }
  }
}

function bend(dice: Dice, sample: Uint8Array): Uint8Array {
  const kind = dice.below(20);
  if (kind === 0) return wrongCbor(dice);
  if (kind === 1) return dice.bytes(dice.below(200));
  if (kind < 10) return mutateBytes(dice, sample);
  try {
    return encodeCbor(mutateValue(dice, decodeCbor(sample)));
  } catch {
    return mutateBytes(dice, sample);
  }
}

function outcomeOf({ name, decode }: Decoder, bytes: Uint8Array): string {
  let again: unknown;
  try {
    again = decode(bytes);
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    const hex = Buffer.from(bytes.subarray(0, 2_000)).toString("hex");
    throw new Finding(`${name} fails without a code on ${hex}: ${(error as Error).stack}`);
  }
  holds(!(again instanceof Uint8Array) || equalBytes(again, bytes), () => {
    return `${name} has two encodings of one value: ${Buffer.from(bytes).toString("hex")}`;
  });
  return "ok";
}

/** Whatever a client does with a message that has come, short of storing it. */
function useContent(bytes: Uint8Array): Uint8Array {
  const content = decodeMimiContent(bytes);
  const classified = classify(content);
  if ("texts" in classified) {
    const shown = joinShown(classified.texts.map((text) => readMentions(text, () => "bob")));
    holds(typeof shown.text === "string", () => "a text that is none");
  }
  plainTextOf(content);
  for (const { name } of attachmentsOf(content.body)) displayName(name);
  return encodeMimiContent(content);
}

function allDecoders(): readonly Decoder[] {
  const { random } = provider;
  const { alice, bob, opening, ofAlice, ofBob, bobsPackage, welcome } = beginTalk();
  const group = ofAlice.group;
  if (group === undefined || opening.pending === undefined) throw new Error("the talk is none");
  const { tree, context: groupContext, contextBytes } = group.epoch;
  const id = random(32);
  const contents = [
    textMessage(random, "hello @bob, **see** https://example.org", { replyTo: id, topicId: utf8("t") }),
    textMessage(random, "expires", {
      expires: { relative: true, time: 60 },
      extensions: new Map([[1, encodeCbor("a")]]),
    }),
    reactionMessage(random, id, "👍"),
    statusMessage(random, [{ message: id, status: 1 }]),
    typingMessage(random, true),
    profileMessage(random, { name: "Alice", picture: undefined }),
  ];
  const keyPackage = encodeMessage({ kind: "keyPackage", keyPackage: bobsPackage.keyPackage });
  const stored = encodeGroup(group);
  const records = [...stored.records];
  const [key, blob] = [random(32), utf8("a picture")];
  const { state: _state, ...sealed } = { state: 0, ...contentEntry(ofBob, utf8("x")) };
  const hashing = hashingOf(provider);
  const leaf = tree.leaf(0) as NonNullable<ReturnType<typeof tree.leaf>>;
  const policy = groupContext.extensions;
  return [
    ...wireDecoders(),
    {
      name: "decodeCbor",
      samples: [encodeCbor([1, "a", new Map([[1, "b"]])])],
      decode: (b) => encodeCbor(decodeCbor(b)),
    },
    {
      name: "readServerMessage",
      samples: [encodeCbor([1, true, []])],
      decode: (b) => void readServerMessage(decodeCbor(b)),
    },
    { name: "content", samples: contents.map(encodeMimiContent), decode: useContent },
    {
      name: "letter body",
      samples: [
        encodeLetterBody({ kind: "rejoin", conversation: id, keyPackage: bobsPackage.keyPackage }),
        encodeLetterBody({ kind: "owner-key", conversation: id, logId: id, ownerSeed: random(32) as never }),
        encodeLetterBody({
          kind: "standing",
          conversation: id,
          standing: { epoch: 5n, transcript: id, past: [id, id] },
          wantsAnswer: true,
        }),
      ],
      decode: (b) => {
        const body = decodeLetterBody(b);
        return body && encodeLetterBody(body);
      },
    },
    {
      name: "account chain",
      samples: [encodeCbor(alice.chain), encodeCbor(bob.chain)],
      decode: (b) => void verifyChain(hashing, readChain([{ type: 0xf7d1, data: b }].map(asChain(leaf.extensions)))),
    },
    {
      name: "account entry",
      samples: alice.chain,
      decode: (b) => void verifyChain(hashing, [b]),
    },
    { name: "later account entry", samples: [], decode: (b) => void extendChain(hashing, alice.account, b) },
    {
      name: "member",
      samples: [identityOf(leaf)],
      decode: (b) => void readMember({ credential: { type: 1, identity: b } }),
    },
    {
      name: "policy",
      samples: policy.filter(({ type }) => type >= 0xf000).map(({ data }) => data),
      decode: (b) => void readPolicy(policy.map((one) => (one.type >= 0xf000 ? { ...one, data: b } : one))),
    },
    {
      name: "MLS message",
      samples: [welcome.welcome, keyPackage, sealed.bytes].slice(0, 2),
      decode: (b) => encodeMessage(decodeMessage(b)),
    },
    { name: "MLS message to a group", samples: [], decode: (b) => void parseMessage(b) },
    { name: "welcome", samples: [welcome.welcome], decode: (b) => void parseWelcome(b) },
    {
      name: "group info",
      samples: [exportGroupInfo(context.mls, group, { externalPub: true })],
      decode: (b) => void parseGroupInfo(b),
    },
    {
      name: "ratchet tree",
      samples: [encodeRatchetTree(tree)],
      decode: (b) => encodeRatchetTree(decodeRatchetTree(b)),
    },
    { name: "group context", samples: [contextBytes], decode: (b) => void decodeGroupContext(b) },
    { name: "stored group", samples: [stored.epoch], decode: (b) => void decodeGroup({ epoch: b, records }) },
    {
      name: "stored record",
      samples: records.map(([, value]) => value),
      decode: (b) =>
        void decodeGroup({ epoch: stored.epoch, records: records.map(([name, v], i) => [name, i === 0 ? b : v]) }),
    },
    { name: "stored conversation", samples: [encodeDetail(ofBob)], decode: (b) => void decodeDetail(b) },
    {
      name: "stored change",
      samples: [encodePendingChange(opening.pending)],
      decode: (b) => void decodePendingChange(b),
    },
    {
      name: "stored intent",
      samples: [
        encodeIntent({ kind: "leave" }),
        encodeIntent({ kind: "add", invited: [{ inboxId: bob.device.inboxId, keyPackage: bobsPackage.keyPackage }] }),
        encodeIntent({ kind: "remove", accounts: [id] }),
        encodeIntent({ kind: "revoke", chain: alice.chain }),
      ],
      decode: (b) => encodeIntent(decodeIntent(b)),
    },
    {
      name: "blob",
      samples: [sealBlob(provider, key, blob)],
      decode: (b) => {
        if (openBlob(provider, key, blob.length, b) === undefined) throw new CodedError("another blob", unopened);
      },
    },
    { name: "names", samples: [utf8("alice")], decode: (b) => void readNames(new TextDecoder().decode(b)) },
  ];
}

/** What both sides read of the wire, by its own schemas. */
function wireDecoders(): readonly Decoder[] {
  const dice = new Dice("wire");
  const reader = (name: string, schema: unknown, read: (value: unknown) => object): Decoder => ({
    name,
    samples: [encodeCbor(sampleOf(dice, schema, new Map())), encodeCbor(sampleOf(dice, schema, new Map()))],
    decode: (bytes) => {
      const taken = read(decodeCbor(bytes));
      if ("refused" in taken)
        throw new CodedError(String(taken.refused), { message: "of another shape", retry: false });
    },
  });
  return [
    ...(Object.keys(ops) as Op[]).flatMap((op) => [
      reader(`parameters of ${op}`, ops[op].params, (value) => readParams(op, value)),
      reader(`result of ${op}`, ops[op].result, (value) => readResult(op, value)),
    ]),
    ...(Object.keys(events) as EventName[]).map((name) => {
      return reader(`event ${name}`, events[name], (value) => readEvent(name, value));
    }),
  ];
}

const unopened = { message: "does not open", retry: false };

function readNames(text: string): void {
  displayName(text);
  isUsername(text);
  fromBase64url(text);
  relayOrigin(`https://${text}`);
}

/** Puts a chain in the place of the one that a leaf has. */
function asChain(extensions: readonly { readonly type: number; readonly data: Uint8Array }[]) {
  return ({ data }: { readonly data: Uint8Array }) => {
    const type = extensions.find((one) => one.type >= 0xf000)?.type ?? 0;
    return { type, data };
  };
}

function identityOf({ credential }: { readonly credential: { readonly type: number } }): Uint8Array {
  return (credential as { readonly identity?: Uint8Array }).identity ?? new Uint8Array(0);
}
