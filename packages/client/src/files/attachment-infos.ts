import { type Attachment, attachmentsOf, decodeMimiContent } from "@redoubt/conversation";
import { hex } from "../hex.js";
import type { AttachmentInfo } from "../sdk.js";

/** The attachments of a stored content, in order; none once it is gone. */
export function attachmentsOfContent(content: Uint8Array): readonly Attachment[] {
  return content.length === 0 ? [] : attachmentsOf(decodeMimiContent(content).body);
}

/** The same as they are shown. */
export function attachmentInfos(content: Uint8Array): readonly AttachmentInfo[] {
  return attachmentsOfContent(content).map(({ name, contentType, size, thumbhash }) => {
    return { name, type: contentType, size, ...(thumbhash === undefined ? {} : { thumbhash: hex(thumbhash) }) };
  });
}
