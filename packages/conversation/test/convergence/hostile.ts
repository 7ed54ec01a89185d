import { commit, type Group, type Proposal, propose } from "@redoubt/mls";
import { forgeCommit } from "../../../mls/test/security/hostile.js";
import { openEnvelope } from "../../src/envelope.js";
import { type LogEntry, type Outgoing, type Policy, readPolicy } from "../../src/index.js";
import { policyExtension } from "../../src/policy.js";
import { encodeClaim } from "../../src/position.js";
import { Account } from "../support/account.js";
import type { Device } from "../support/device.js";
import { lenient } from "../support/kit.js";

/** What a hostile member puts into the log. */
export const hostileDeeds = [
  "roles for itself",
  "another kind of rules",
  "a leaf without evidence",
  "a device that is there",
  "one leaf removed twice",
  "two self-removals of one leaf",
  "no path",
  "a pre-shared key",
  "a proposal of another kind",
  "bytes",
  "a replay",
  "a message of an epoch to come",
  "a path that leaves some behind",
] as const;

export type HostileDeed = (typeof hostileDeeds)[number];

function groupOf({ state }: Device): Group {
  if (state.group === undefined) throw new Error("no member");
  return state.group;
}

function withPolicy(group: Group, policy: Policy): Proposal {
  const changed = policyExtension(policy);
  const { extensions } = group.epoch.context;
  return {
    kind: "group-context-extensions",
    extensions: extensions.map((extension) => (extension.type === changed.type ? changed : extension)),
  };
}

/** @param others leaves of others @param log what the hostile member has read */
export function hostileEntry(
  deed: HostileDeed,
  by: Device,
  others: readonly number[],
  log: readonly LogEntry[],
  pick: number,
): Outgoing | undefined {
  const group = groupOf(by);
  const { mls } = by.context;
  const authenticatedData = encodeClaim(by.state.position);
  const raw = (proposals: readonly Proposal[], context = by.context) => {
    return by.sealRaw(commit(context.mls, group, { proposals, references: [], authenticatedData }).message);
  };
  const victim = others[pick % others.length];
  if (victim === undefined) return undefined;
  const policy = readPolicy(group.epoch.context.extensions);
  switch (deed) {
    case "roles for itself": {
      if (policy.kind !== "group") return undefined;
      const stranger = { account: new Account("stranger").id, role: "owner" } as const;
      return raw([withPolicy(group, { ...policy, grants: [stranger] })]);
    }
    case "another kind of rules": {
      const account = by.account.id;
      const { disappearing, receipts, typing, home } = policy;
      const direct = { kind: "direct", accounts: [account, account], disappearing, receipts, typing, home } as const;
      return raw([withPolicy(group, direct)]);
    }
    case "a leaf without evidence": {
      const stranger = new Account("stranger");
      const { keyPackage } = (stranger.devices[0] as Device).invite();
      const forged = new Account("another");
      const { leafNode } = (forged.devices[0] as Device).invite().keyPackage;
      return by.sealRaw(
        forgeCommit(mls, group, { authenticatedData, proposals: [], references: [] }, (made) => ({
          ...made,
          proposals: [{ kind: "proposal", proposal: { kind: "add", keyPackage: { ...keyPackage, leafNode } } }],
        })),
      );
    }
    case "a device that is there":
      return by.sealRaw(
        forgeCommit(mls, group, { authenticatedData, references: [] }, (made) => ({
          ...made,
          proposals: [{ kind: "proposal", proposal: { kind: "add", keyPackage: by.invite().keyPackage } }],
        })),
      );
    case "one leaf removed twice": {
      const remove = { kind: "proposal", proposal: { kind: "remove", removed: victim } } as const;
      return by.sealRaw(
        forgeCommit(mls, group, { authenticatedData, references: [] }, (made) => ({
          ...made,
          proposals: [remove, remove],
        })),
      );
    }
    case "two self-removals of one leaf": {
      const word = propose(mls, group, { kind: "self-remove" }, { authenticatedData });
      const reference = { kind: "reference", reference: word.reference } as const;
      return by.sealRaw(
        forgeCommit(mls, group, { authenticatedData, references: [] }, (made) => ({
          ...made,
          proposals: [reference, reference],
        })),
      );
    }
    case "no path": {
      const { keyPackage } = (new Account("stranger").devices[0] as Device).invite();
      const proposals = [{ kind: "add", keyPackage } as const];
      const options = { proposals, references: [], authenticatedData, path: "when-required" } as const;
      return by.sealRaw(commit(mls, group, options).message);
    }
    case "a pre-shared key": {
      const psk = { kind: "external", id: Uint8Array.of(1), nonce: new Uint8Array(64) } as const;
      const known = { ...lenient, mls: { ...by.context.mls, psk: () => new Uint8Array(32) as never } };
      return raw([{ kind: "psk", psk }], known);
    }
    case "a proposal of another kind":
      return by.sealRaw(propose(mls, group, { kind: "remove", removed: victim }, { authenticatedData }).message);
    case "bytes":
      return by.sealRaw(by.context.random(1 + (pick % 700)));
    case "a replay": {
      const entry = log[pick % Math.max(1, log.length)];
      if (entry === undefined) return undefined;
      const { logSecret, logId } = by.state.access;
      const opened = openEnvelope(by.context, logSecret, logId, entry.entryId, entry.bytes);
      return opened && by.sealRaw(opened);
    }
    case "a message of an epoch to come": {
      const made = commit(mls, group, { references: [], authenticatedData });
      return by.sealRaw(made.message.with(-1, (made.message.at(-1) as number) ^ 1));
    }
    case "a path that leaves some behind":
      return by.sealRaw(
        forgeCommit(mls, group, { authenticatedData, references: [] }, (made) => {
          const nodes = made.path?.nodes.map((node, i) => {
            if (i !== pick % (made.path?.nodes.length ?? 1)) return node;
            const encryptedPathSecrets = node.encryptedPathSecrets.map((secret) => ({
              ...secret,
              ciphertext: secret.ciphertext.with(0, (secret.ciphertext[0] as number) ^ 1),
            }));
            return { ...node, encryptedPathSecrets };
          });
          return made.path === undefined || nodes === undefined ? made : { ...made, path: { ...made.path, nodes } };
        }),
      );
  }
}
