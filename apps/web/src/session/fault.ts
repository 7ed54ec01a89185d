import type { TextKey } from "../i18n/en.js";
import { translate } from "../i18n/locale.js";

/** The parts of a coded error that reach the screens. */
interface Coded {
  readonly code: string;
  readonly message: string;
}

/** The code of a refusal, or `internal` for what nobody has thrown on purpose. */
export function codeOf(error: unknown): string {
  return isCoded(error) ? error.code : "internal";
}

function isCoded(error: unknown): error is Coded {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string";
}

/** Codes that are said in the person's language. The others are said as their catalogue does. */
const known = {
  "name-taken": "fault.name-taken",
  "bad-username": "fault.bad-username",
  "unknown-user": "fault.unknown-user",
  yourself: "fault.yourself",
  blocked: "fault.blocked",
  "no-devices": "fault.no-devices",
  "rate-limited": "fault.rate-limited",
  "registration-closed": "fault.registration-closed",
  "invite-needed": "fault.invite-needed",
  "bad-invite": "fault.bad-invite",
  "bad-stamp": "fault.bad-stamp",
  offline: "fault.offline",
  unreachable: "fault.offline",
  disconnected: "fault.offline",
  timeout: "fault.offline",
  "too-long": "fault.too-long",
  "file-too-large": "fault.file-too-large",
  "file-changed": "fault.file-changed",
  "file-gone": "fault.file-gone",
  "file-expired": "fault.file-expired",
  "altered-file": "fault.altered-file",
  "blob-quota": "fault.blob-quota",
  "disk-full": "fault.disk-full",
  "storage-full": "fault.storage-full",
  "not-allowed": "fault.not-allowed",
  "not-active": "fault.not-active",
  "not-accepted": "fault.not-accepted",
  "key-changed": "fault.key-changed",
  "key-pending": "fault.key-pending",
  "key-unverified": "fault.key-unverified",
  "key-unavailable": "fault.key-unavailable",
  "wrong-passphrase": "fault.wrong-passphrase",
  "bad-profile": "fault.bad-profile",
  cancelled: "fault.cancelled",
  "disclosure-false": "fault.disclosure-false",
  "disclosure-key-changed": "fault.disclosure-key-changed",
  "unsupported-browser": "fault.unsupported-browser",
  "storage-cleared": "fault.storage-cleared",
  "storage-denied": "fault.storage-denied",
  "engine-crashed": "fault.engine-crashed",
  "engine-restarted": "fault.engine-crashed",
} as const satisfies Record<string, TextKey>;

/** What a refusal of this code says to a person; `undefined` for one that has no words of its own here. */
export function sentenceOf(code: string): string | undefined {
  return Object.hasOwn(known, code) ? translate(known[code as keyof typeof known]) : undefined;
}

/** What went wrong, as a sentence that a person can act on. */
export function explain(error: unknown): string {
  return sentenceOf(codeOf(error)) ?? (isCoded(error) ? error.message : translate("fault.unexpected"));
}
