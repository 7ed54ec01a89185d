import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";

export const resumptionUsage = { application: 1, reinit: 2, branch: 3 } as const;
export type ResumptionUsage = keyof typeof resumptionUsage;

/** PreSharedKeyID (RFC 9420 §8.4). `nonce` has KDF.Nh bytes. */
export type PreSharedKeyId =
  | { readonly kind: "external"; readonly id: Uint8Array; readonly nonce: Uint8Array }
  | {
      readonly kind: "resumption";
      readonly usage: ResumptionUsage;
      readonly groupId: Uint8Array;
      readonly epoch: bigint;
      readonly nonce: Uint8Array;
    };

export function writePreSharedKeyId(writer: Writer, psk: PreSharedKeyId): void {
  if (psk.kind === "external") writer.u8(1).opaque(psk.id);
  else writer.u8(2).u8(resumptionUsage[psk.usage]).opaque(psk.groupId).u64(psk.epoch);
  writer.opaque(psk.nonce);
}

export function readPreSharedKeyId(reader: Reader): PreSharedKeyId {
  const type = reader.u8();
  if (type === 1) return { kind: "external", id: reader.opaque(limits.pskId), nonce: reader.opaque(limits.hash) };
  if (type !== 2) throw new MlsError("malformed", "pre-shared key type");
  return {
    kind: "resumption",
    usage: readUsage(reader),
    groupId: reader.opaque(limits.groupId),
    epoch: reader.u64(),
    nonce: reader.opaque(limits.hash),
  };
}

function readUsage(reader: Reader): ResumptionUsage {
  const value = reader.u8();
  if (value === resumptionUsage.application) return "application";
  if (value === resumptionUsage.reinit) return "reinit";
  if (value === resumptionUsage.branch) return "branch";
  throw new MlsError("malformed", "resumption usage");
}
