import type { AttachmentInfo, MessageInfo } from "@redoubt/client";

/** What each kind of attachment is drawn from. */
export interface AttachmentProps {
  readonly message: MessageInfo;
  readonly index: number;
  readonly attachment: AttachmentInfo;
  readonly isMine: boolean;
}
