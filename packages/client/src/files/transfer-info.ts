import { hex } from "../hex.js";
import type { TransferInfo } from "../sdk.js";
import type { TransferProgress } from "./file-ports.js";

/** What listeners are told of an upload, or of a download with `direction`. */
export function transferInfo(
  transfer: {
    readonly conversation: Uint8Array;
    readonly messageId: Uint8Array;
    /** Of the file, in bytes. */
    readonly size: number;
    readonly direction: TransferInfo["direction"];
  },
  state: TransferInfo["state"],
  progress: Partial<TransferProgress> & { readonly reason?: string } = {},
): TransferInfo {
  const { conversation, messageId, size, direction } = transfer;
  const { done = state === "complete" ? size : 0, reason } = progress;
  return { conversation: hex(conversation), message: hex(messageId), direction, done, total: size, state, reason };
}
