import { CodedError, decodeCbor, encodeCbor } from "@redoubt/base";
import {
  createConversationContext,
  decodeDetail,
  decodeIntent,
  decodeLetterBody,
  decodeMimiContent,
  decodePendingChange,
  encodeMimiContent,
  hashingOf,
  readPolicy,
  readTreePlace,
  redoubtExtension,
  textMessage,
} from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { verifyChain } from "@redoubt/identity";
import { decodeMessage, decodeRatchetTree, parseGroupInfo, parseMessage } from "@redoubt/mls";
import {
  type EventName,
  events,
  type Op,
  ops,
  readEvent,
  readParams,
  readRequest,
  readResult,
  readServerMessage,
} from "@redoubt/wire";
import type { Target } from "../campaign.js";
import { Chance } from "../chance.js";
import { encodeLoosely } from "../encode-loosely.js";
import { mutateBytes } from "../mutate-bytes.js";
import { mutateValue } from "../mutate-value.js";
import { newAccount } from "../new-account.js";
import { sampleOf } from "../sample-of.js";

/** Something that reads bytes, and bytes that it reads. */
interface Decoder {
  readonly name: string;
  readonly sample: (chance: Chance) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

/** Everything that makes sense of bytes from outside, or from the disk: mutated, each gives a value or a coded error. */
export async function decoders(): Promise<Target> {
  const context = createConversationContext(await createNodeProvider());
  const hashing = hashingOf(context.provider);
  const { genesis } = newAccount(hashing, "frank");
  const random = (chance: Chance) => chance.bytes(chance.below(200));
  const table: readonly Decoder[] = [
    ...(Object.keys(ops) as Op[]).flatMap((op): Decoder[] => [
      {
        name: `params of ${op}`,
        sample: (chance) => encodeCbor(sampleOf(chance, ops[op].params)),
        decode: (bytes) => readParams(op, decodeCbor(bytes)),
      },
      {
        name: `result of ${op}`,
        sample: (chance) => encodeCbor(sampleOf(chance, ops[op].result)),
        decode: (bytes) => readResult(op, decodeCbor(bytes)),
      },
    ]),
    ...(Object.keys(events) as EventName[]).map(
      (event): Decoder => ({
        name: `event ${event}`,
        sample: (chance) => encodeCbor(sampleOf(chance, events[event])),
        decode: (bytes) => readEvent(event, decodeCbor(bytes)),
      }),
    ),
    { name: "request", sample: () => encodeCbor([1, "read", []]), decode: (bytes) => readRequest(decodeCbor(bytes)) },
    {
      name: "message",
      sample: () => encodeCbor([1, true, []]),
      decode: (bytes) => readServerMessage(decodeCbor(bytes)),
    },
    { name: "account chain", sample: () => genesis, decode: (bytes) => verifyChain(hashing, [bytes]) },
    {
      name: "content",
      sample: (chance) => encodeMimiContent(textMessage((length) => chance.bytes(length), "*hello* @bob")),
      decode: decodeMimiContent,
    },
    {
      name: "policy",
      sample: random,
      decode: (data) => readPolicy([{ type: redoubtExtension.policy, data }]),
    },
    { name: "letter", sample: random, decode: decodeLetterBody },
    { name: "stored conversation", sample: random, decode: decodeDetail },
    { name: "stored change", sample: random, decode: decodePendingChange },
    { name: "stored intent", sample: random, decode: decodeIntent },
    { name: "place of a tree", sample: random, decode: (bytes) => readTreePlace(context, [], bytes) },
    { name: "MLS message", sample: random, decode: decodeMessage },
    { name: "MLS group info", sample: random, decode: parseGroupInfo },
    { name: "MLS tree", sample: random, decode: decodeRatchetTree },
    { name: "MLS framing", sample: random, decode: parseMessage },
  ];
  return {
    name: "decoders",
    attempt(chance) {
      const decoder = chance.pick(table);
      const bytes = hostile(chance, decoder.sample(chance));
      try {
        decoder.decode(bytes);
        return `${decoder.name}: read`;
      } catch (error) {
        if (error instanceof CodedError) return `${decoder.name}: ${error.code}`;
        throw new Error(`${decoder.name}: ${error instanceof Error ? error.stack : error}`);
      }
    },
    honest: async () => {
      for (const { name, sample, decode } of table) {
        if (sample === random) continue;
        const read = decode(sample(new Chance(1)));
        if (read === undefined || (typeof read === "object" && read !== null && "refused" in read)) {
          throw new Error(`${name} refuses what is right`);
        }
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function hostile(chance: Chance, sample: Uint8Array): Uint8Array {
  if (chance.once(2)) return mutateBytes(chance, sample, []);
  try {
    return encodeLoosely(mutateValue(chance, decodeCbor(sample)));
  } catch {
    return mutateBytes(chance, sample, []);
  }
}
