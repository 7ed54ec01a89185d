import type { Random } from "@redoubt/base";
import { type Attachment, bodyWithAttachments, type MimiContent, maxAttachmentSize } from "@redoubt/conversation";
import type { NewUpload } from "@redoubt/store";
import { ClientError } from "../error.js";
import type { FileSource } from "./file-ports.js";
import { newBlobPlace } from "./small-blob.js";

/**
 * Attachments for files, with places and keys chosen before anything is uploaded.
 *
 * @param relay origin of the relay that keeps the conversation's log
 * @throws ClientError `file-too-large`
 */
export function planFiles(random: Random, relay: string, files: readonly FileSource[]): readonly Attachment[] {
  return files.map(({ name, type, size, thumbhash }) => {
    if (size > maxAttachmentSize) throw new ClientError("file-too-large");
    return { ...newBlobPlace(random), name, contentType: type, size, relay, thumbhash };
  });
}

/**
 * A text message, whose text may be empty, with attachments.
 *
 * @throws ConversationError `malformed` for a name or a preview that no attachment may have
 */
export function withAttachments(written: MimiContent, attachments: readonly Attachment[]): MimiContent {
  if (attachments.length === 0) return written;
  const { body } = written;
  const isEmpty = body.kind === "single" && body.content.length === 0;
  return { ...written, body: bodyWithAttachments(isEmpty ? undefined : body, attachments) };
}

/** What is stored with the message, so that it is uploaded whatever happens. */
export function uploadsOf(
  message: { readonly id: Uint8Array; readonly conversation: Uint8Array },
  attachments: readonly Attachment[],
  files: readonly FileSource[],
): readonly NewUpload[] {
  return attachments.map(({ blobId, key, size }, part) => {
    const { handle } = files[part] as FileSource;
    return { messageId: message.id, part, conversation: message.conversation, blobId, key, size, source: handle };
  });
}
