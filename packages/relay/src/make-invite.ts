import { randomBytes } from "node:crypto";
import { type Clock, toHex } from "@redoubt/base";
import { createInvite } from "@redoubt/relay-core";
import { withInvites } from "@redoubt/relay-store";
import { sha256 } from "./sha256.js";

const dayMs = 86_400_000;

export interface InviteOptions {
  /** The data folder; a relay may be running on it. */
  readonly data: string;
  /** How many people may register with it, from 1. */
  readonly uses: number;
  /** How many days it holds from today on, from 1: today is the first. */
  readonly days: number;
  readonly clock?: Clock;
}

/**
 * Makes an invite to a relay that takes new accounts by invitation.
 *
 * @returns the code to hand over: 32 hexadecimal digits in four groups. It is kept nowhere.
 * @throws StoreError
 */
export function makeInvite({ data, uses, days, clock = Date.now }: InviteOptions): string {
  const lastDay = Math.floor(clock() / dayMs) + days - 1;
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const secret = withInvites(data, (invites) => createInvite({ random, sha256, invites }, { uses, lastDay }));
  return (toHex(secret).match(/.{8}/g) as string[]).join("-");
}
