import * as v from "valibot";
import * as f from "./fields.js";
import { operation } from "./op.js";

/**
 * [newWriteKey, counter, retire, after]: compare-and-swap on the log's rotation counter and on its last seq, so that the
 * key turns only with an entry whose writer has seen all before it; `retire` drops the old key at once.
 */
const rotation = v.tuple([f.bytes32, f.uint, v.boolean(), f.uint]);
const chain = v.array(f.accountEntry);

/** What the socket `/v1/anonymous` offers: directory, logs, posting to inboxes, registration. */
export const anonymousOps = {
  /** [signedGenesis, stamp, invite | null] → [accountId]. The same genesis again gives the same answer. */
  register: operation(
    v.tuple([f.accountEntry, f.bytes8, v.nullable(f.bytes16)]),
    v.tuple([f.bytes32]),
    "name-taken",
    "invalid-entry",
    "bad-stamp",
    "registration-closed",
    "invite-needed",
    "bad-invite",
  ),
  /** [username] → [the account's signed entries, from the genesis on] */
  lookup: operation(v.tuple([f.username]), v.tuple([chain]), "unknown-user"),
  /** [accountId] → [entries] */
  "lookup-account": operation(v.tuple([f.bytes32]), v.tuple([chain]), "unknown-user"),
  /** [accountId] → [[deviceId, keyPackage, isLastResort]…]: one for each device of the newest entry that has one */
  "take-key-packages": operation(
    v.tuple([f.bytes32]),
    v.array(v.tuple([f.bytes16, f.keyPackage, v.boolean()])),
    "unknown-user",
  ),
  /** [inboxId, item, token | null, stamp | null] → []: a token or a stamp must be given */
  post: operation(
    v.tuple([f.bytes16, f.inboxItem, v.nullable(f.bytes32), v.nullable(f.bytes8)]),
    v.tuple([]),
    "unknown-inbox",
    "bad-stamp",
    "bad-token",
    "inbox-full",
  ),
  /** [logId, writeKey, ownerKey, stamp] → []. The same three again give the same answer. */
  "create-log": operation(v.tuple([f.bytes32, f.bytes32, f.bytes32, f.bytes8]), v.tuple([]), "log-exists", "bad-stamp"),
  /** [logId, signature by the write key] → [rotation counter]. Holds for this connection. */
  prove: operation(v.tuple([f.bytes32, f.signature]), v.tuple([f.uint]), "unknown-log", "bad-signature"),
  /** [logId, entryId, bytes, rotation | null] → [seq]. The same id and bytes again give the same seq. */
  append: operation(
    v.tuple([f.bytes32, f.bytes16, f.logEntry, v.nullable(rotation)]),
    v.tuple([f.positive]),
    "unknown-log",
    "not-proved",
    "entry-conflict",
    "rotation-conflict",
    "log-full",
  ),
  /** [logId, fromSeq, limit] → [firstKept, lastSeq, [[seq, entryId, bytes]…]] */
  read: operation(
    v.tuple([f.bytes32, f.positive, f.replyLimit]),
    v.tuple([f.positive, f.uint, v.array(v.tuple([f.positive, f.bytes16, f.logEntry]))]),
    "unknown-log",
  ),
  /** [logId, fromSeq] → [lastSeq]; then `entry` events from fromSeq on, in order and without gaps. Again: starts anew. */
  watch: operation(v.tuple([f.bytes32, f.positive]), v.tuple([f.uint]), "unknown-log", "too-many-watches"),
  /** [logId] → [] */
  unwatch: operation(v.tuple([f.bytes32]), v.tuple([])),
  /** [logId, newWriteKey, counter, signature by the owner key] → [new counter]. Older write keys end at once. */
  "reset-log": operation(
    v.tuple([f.bytes32, f.bytes32, f.uint, f.signature]),
    v.tuple([f.uint]),
    "unknown-log",
    "bad-signature",
    "rotation-conflict",
  ),
  /** [logId] → [rotation counter] */
  "log-counter": operation(v.tuple([f.bytes32]), v.tuple([f.uint]), "unknown-log"),
  /** [logId, newOwnerKey, signature by the owner key] → []. The same change again gives the same answer. */
  "change-owner": operation(v.tuple([f.bytes32, f.bytes32, f.signature]), v.tuple([]), "unknown-log", "bad-signature"),
  /** [logId, signature by the owner key] → [] */
  "delete-log": operation(v.tuple([f.bytes32, f.signature]), v.tuple([]), "unknown-log", "bad-signature"),
} as const;
