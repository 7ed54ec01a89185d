import { equalBytes, type Secret, toHex } from "@redoubt/base";
import { makeGroup } from "../../src/group/group.js";
import {
  acceptApplication,
  type CommitOptions,
  commit,
  type Group,
  type MlsContext,
  MlsError,
  mergeCommit,
  parseMessage,
  parseWelcome,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "../../src/index.js";
import { decryptWithLabel, deriveSecret } from "../../src/labels.js";
import { openPrivateMessage, openSenderData } from "../../src/protect/private-message.js";
import { createSecretTree, type SecretTree } from "../../src/protect/secret-tree.js";
import {
  deriveJoinerSecret,
  deriveWelcomeSecret,
  openEpoch,
  openEpochSecret,
  receiveExternalInit,
  welcomeKeys,
  zeroSecret,
} from "../../src/schedule/key-schedule.js";
import type { Commit } from "../../src/structs/commit.js";
import { encodeGroupContext } from "../../src/structs/group-context.js";
import type { ReadonlyTree } from "../../src/tree/ratchet-tree.js";
import { type Loot, secretsOf } from "./loot.js";

/**
 * A commit as the most curious of onlookers sees it: its content in the clear, and of the states before and after it
 * everything that is public. `before` and `after` are an honest member's.
 */
export interface Transition {
  readonly before: Group;
  readonly after: Group;
  readonly commit: Commit;
  readonly message: Uint8Array;
  readonly welcome: Uint8Array | undefined;
}

/** Lets a member commit and merge, without wiping anything, so that one state may serve many attacks. */
export function transition(context: MlsContext, before: Group, options: CommitOptions): Transition {
  const made = commit(context, before, options);
  const content = made.pending.content.framed.content;
  if (content.kind !== "commit") throw new TypeError("a pending commit is no commit");
  const after = mergeCommit(made.group, stageOwnCommit(context, made.group, made.pending)).group as Group;
  return { before, after, commit: content.commit, message: made.message, welcome: made.welcome };
}

/** What an attempt gives that refusal must not: `undefined` for a refusal, anything else is thrown on. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof MlsError) return undefined;
    throw error;
  }
}

/**
 * Tries everything in the loot on a commit.
 *
 * @returns what it learns of the epoch that the commit opens, in words; empty if nothing
 */
export function attackCommit(context: MlsContext, loot: Loot, seen: Transition): string[] {
  const pathSecrets = openPath(context, loot, seen);
  return [
    ...followHonestly(context, loot, seen),
    ...pathSecrets.map(() => "a path secret"),
    ...guessPathSecrets(context, loot, seen),
    ...keysInTree(loot, seen.after.epoch.tree),
    ...sharedSecrets(loot, seen.after),
    ...openNextEpoch(context, loot, seen, pathSecrets),
    ...openWelcome(context, loot, seen),
  ];
}

/** Processes the commit as a member would. */
function followHonestly(context: MlsContext, loot: Loot, { message }: Transition): string[] {
  return loot.states.flatMap((state) => {
    const next = attempt(() => {
      const verified = verifyMessage(context, state, parseMessage(message));
      if (verified.kind !== "commit") throw new TypeError("not a commit");
      return mergeCommit(state, stageCommit(context, state, verified)).group;
    });
    return next === undefined ? [] : ["a state"];
  });
}

/** Tries every private key on every ciphertext of the path. */
function openPath({ suite }: MlsContext, loot: Loot, { before, after, commit: { path } }: Transition): Secret[] {
  const { confirmedTranscriptHash } = before.epoch.context;
  const provisional = encodeGroupContext({ ...after.epoch.context, confirmedTranscriptHash });
  const ciphertexts = path?.nodes.flatMap(({ encryptedPathSecrets }) => encryptedPathSecrets) ?? [];
  return ciphertexts.flatMap((ciphertext) =>
    loot.privateKeys.flatMap((key) => decryptWithLabel(suite, key, "UpdatePathNode", provisional, ciphertext) ?? []),
  );
}

/** Tries every secret as a path secret. */
function guessPathSecrets({ suite }: MlsContext, loot: Loot, { commit: { path } }: Transition): string[] {
  const announced = new Set(path?.nodes.map(({ encryptionKey }) => toHex(encryptionKey)));
  return loot.secrets.flatMap((secret) => {
    const { publicKey } = suite.hpke.deriveKeyPair(deriveSecret(suite, secret, "node"));
    return announced.has(toHex(publicKey)) ? ["a secret that leads to a key of the path"] : [];
  });
}

/** Public keys in a tree whose private keys are in the loot: what is encrypted to them from then on is open. */
export function keysInTree(loot: Loot, tree: ReadonlyTree): string[] {
  const nodes = Array.from({ length: 2 * tree.leafCount - 1 }, (_, node) => node);
  const known = nodes.filter((node) => !tree.isBlank(node) && loot.publicKeys.has(toHex(tree.encryptionKey(node))));
  return known.map((node) => `the private key of node ${node}`);
}

/** Secrets of a state that are in the loot, byte for byte. */
export function sharedSecrets(loot: Loot, state: Group): string[] {
  const stolen = new Set(loot.secrets.map(toHex));
  return secretsOf(state).flatMap((secret) => (stolen.has(toHex(secret)) ? ["a secret of the state"] : []));
}

/** Runs the key schedule with all that is known, up to the confirmation tag. */
function openNextEpoch(
  { suite }: MlsContext,
  loot: Loot,
  { before, after, commit: { proposals } }: Transition,
  pathSecrets: readonly Secret[],
): string[] {
  const { contextBytes, confirmationTag, context: groupContext } = after.epoch;
  const isRight = ({ secrets }: ReturnType<typeof openEpoch>) =>
    equalBytes(suite.mac(secrets.confirmation, groupContext.confirmedTranscriptHash), confirmationTag);
  const none = zeroSecret(suite);

  const inits = loot.states.map((state) => state.epoch.secrets.init);
  for (const item of proposals) {
    if (item.kind !== "proposal" || item.proposal.kind !== "external-init") continue;
    const { kemOutput } = item.proposal;
    const external = loot.states.flatMap(
      (state) => receiveExternalInit(suite, state.epoch.secrets.external, kemOutput) ?? [],
    );
    inits.push(...external);
  }
  const commitSecrets: Uint8Array[] = [none, ...loot.secrets];
  for (const first of pathSecrets) {
    for (let i = 0, secret = first; i < before.epoch.tree.leafCount; i++) {
      secret = deriveSecret(suite, secret, "path");
      commitSecrets.push(secret);
    }
  }
  const opened = inits.flatMap((init) =>
    commitSecrets.filter((commitSecret) =>
      isRight(openEpoch(suite, deriveJoinerSecret(suite, init, commitSecret, contextBytes), none, contextBytes)),
    ),
  );
  const guessed = loot.secrets.filter(
    (secret) =>
      isRight(openEpoch(suite, secret, none, contextBytes)) ||
      isRight(openEpochSecret(suite, secret.slice() as Secret)),
  );
  return [...opened, ...guessed].map(() => "the epoch's secrets");
}

/** Tries every private key on every newcomer's secrets, and every secret on the group info. */
function openWelcome({ suite }: MlsContext, loot: Loot, { welcome: bytes }: Transition): string[] {
  if (bytes === undefined) return [];
  const welcome = parseWelcome(bytes);
  const opened = welcome.secrets.flatMap(({ encrypted }) =>
    loot.privateKeys.filter(
      (key) => decryptWithLabel(suite, key, "Welcome", welcome.encryptedGroupInfo, encrypted) !== undefined,
    ),
  );
  const read = loot.secrets.filter((secret) => {
    const { key, nonce } = welcomeKeys(suite, deriveWelcomeSecret(suite, secret, zeroSecret(suite)));
    return suite.aeadOpen(key, nonce, new Uint8Array(0), welcome.encryptedGroupInfo) !== undefined;
  });
  return [...opened.map(() => "group secrets of a welcome"), ...read.map(() => "the group info of a welcome")];
}

/**
 * Tries everything in the loot on a PrivateMessage of an epoch that is not the thief's.
 *
 * @param honest a state of that epoch that can open the message
 * @returns what it learns, in words; empty if nothing
 */
export function attackMessage(context: MlsContext, loot: Loot, honest: Group, bytes: Uint8Array): string[] {
  const { suite, ratchetLimits } = context;
  const parsed = parseMessage(bytes);
  if (parsed.message.kind !== "private") throw new TypeError("not a PrivateMessage");
  const { message } = parsed.message;
  const reading = loot.states.flatMap((state) => {
    const { secrets, ownLeaf } = state.epoch;
    const pretended = makeGroup({ ...honest.epoch, secrets, ownLeaf }, state.secretTree, state.proposals);
    return [state, pretended].flatMap((view) => attempt(() => verifyMessage(context, view, parsed)) ?? []);
  });
  const sender = openSenderData(suite, honest.epoch.secrets.senderData, message);
  const { leafCount } = honest.epoch.tree;
  const found = loot.secrets.flatMap((secret) => {
    const guess = secret as Secret;
    const ratchet = { generation: sender.generation, secret: guess, skipped: new Map() };
    const ratchets = new Array(leafCount).fill({ handshake: ratchet, application: ratchet });
    const trees: SecretTree[] = [createSecretTree(leafCount, guess), { leafCount, nodes: [], ratchets }];
    return [
      attempt(() => openSenderData(suite, guess, message)) && "who sent it",
      ...trees.map(
        (tree) => attempt(() => openPrivateMessage(suite, tree, sender, message, ratchetLimits)) && "its text",
      ),
    ].filter((what) => what !== undefined);
  });
  return [...reading.map(() => "the message"), ...found];
}

/** Whether a state opens a message, for the other side of an attack. */
export function opens(context: MlsContext, group: Group, bytes: Uint8Array): boolean {
  return (
    attempt(() => {
      const verified = verifyMessage(context, group, parseMessage(bytes));
      if (verified.kind !== "application") throw new TypeError("not an application message");
      return acceptApplication(group, verified);
    }) !== undefined
  );
}
