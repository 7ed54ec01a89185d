import type { Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { Writer } from "../codec/writer.js";
import { demand, MlsError } from "../error.js";
import { expandWithLabel } from "../labels.js";
import { type PreSharedKeyId, writePreSharedKeyId } from "../structs/psk-id.js";
import { zeroSecret } from "./key-schedule.js";

/** Finds the secret of a pre-shared key. The secret stays the caller's. */
export type PskLookup = (id: PreSharedKeyId) => Uint8Array | undefined;

/**
 * psk_secret (RFC 9420 §8.4).
 *
 * @throws MlsError `unknown-psk`, or `invalid-proposal` for more than 65,535 of them
 */
export function derivePskSecret(suite: CipherSuite, ids: readonly PreSharedKeyId[], lookup: PskLookup): Secret {
  demand(ids.length <= 0xffff, "invalid-proposal", "too many pre-shared keys");
  let secret = zeroSecret(suite);
  ids.forEach((id, index) => {
    const psk = lookup(id);
    if (psk === undefined) throw new MlsError("unknown-psk");
    const label = new Writer();
    writePreSharedKeyId(label, id);
    const extracted = suite.extract(zeroSecret(suite), psk);
    const context = label.u16(index).u16(ids.length).finish();
    const input = expandWithLabel(suite, extracted, "derived psk", context, suite.hashLength);
    const next = suite.extract(input, secret);
    extracted.fill(0);
    input.fill(0);
    secret.fill(0);
    secret = next;
  });
  return secret;
}
