import { concatBytes, utf8 } from "@redoubt/base";
import { type ConversationContext, keyPairOfSeed, type LogAccess } from "@redoubt/conversation";
import type { BlobPermit } from "@redoubt/transport";
import { domains } from "@redoubt/wire";

const domain = utf8(domains.blob);

/**
 * Shows the relay that who uploads may write to some log, which is not kept.
 *
 * @param length of the sealed blob, in bytes
 */
export function blobPermit(
  context: ConversationContext,
  access: LogAccess,
  { blobId, length }: { readonly blobId: Uint8Array; readonly length: number },
): BlobPermit {
  const declared = new Uint8Array(8);
  new DataView(declared.buffer).setBigUint64(0, BigInt(length));
  const { privateKey } = keyPairOfSeed(context, access.writeSeed);
  const message = concatBytes(domain, blobId, access.logId, declared);
  const signature = context.provider.signatures.Ed25519.sign(privateKey, message);
  privateKey.fill(0);
  return { logId: access.logId, signature };
}
