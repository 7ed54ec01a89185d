import * as v from "valibot";
import * as f from "./fields.js";
import { limits } from "./limits.js";
import { operation } from "./op.js";

/** What the socket `/v1/named` offers: account and inbox of one device. `auth` comes first. */
export const namedOps = {
  /** [accountId, sigKey, signature by that device key] → [] */
  auth: operation(v.tuple([f.bytes32, f.bytes32, f.signature]), v.tuple([]), "unknown-device", "bad-signature"),
  /** [signedEntry] → [seq]. The same entry again gives the same answer. */
  "append-entry": operation(v.tuple([f.accountEntry]), v.tuple([f.uint]), "stale-entry", "invalid-entry"),
  /** [one-time packages, last resort | null] → [one-time packages kept now] */
  "publish-key-packages": operation(
    v.tuple([
      v.pipe(v.array(f.keyPackage), v.maxLength(limits.keyPackagesPerPublish, f.tooLarge)),
      v.nullable(f.keyPackage),
    ]),
    v.tuple([f.uint]),
    "key-packages-full",
  ),
  /** [] → [one-time packages kept, whether there is a last resort] */
  "count-key-packages": operation(v.tuple([]), v.tuple([f.uint, v.boolean()])),
  /** [SHA-256 of the token, most posts a day or 0 for any] → []: replaces the inbox's delivery token */
  "set-token": operation(v.tuple([f.bytes32, f.uint]), v.tuple([])),
  /** [after, limit] → [[number, item, day]…]: unacknowledged items numbered above `after`, in order */
  "read-inbox": operation(v.tuple([f.uint, f.replyLimit]), v.array(v.tuple([f.positive, f.inboxItem, f.uint]))),
  /** [] → []; then an `item` event for every unacknowledged item, and for every new one */
  "watch-inbox": operation(v.tuple([]), v.tuple([])),
  /** [upTo] → []: the relay forgets the items numbered up to this one */
  "ack-inbox": operation(v.tuple([f.uint]), v.tuple([])),
  /**
   * [page] → [pages, note, bytes]: what the relay holds on the account, made anew by page 0. All pages together are CBOR
   * [[path, content]…]; the note is signed, and names every file's hash.
   */
  disclose: operation(
    v.tuple([v.pipe(f.uint, v.maxValue(limits.disclosurePages - 1))]),
    v.tuple([f.disclosurePages, f.disclosureNote, f.disclosurePage]),
    "disclosure-gone",
  ),
} as const;
