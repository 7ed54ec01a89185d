import type { MessageInfo } from "@redoubt/client";
import { AudioAttachment } from "./audio-attachment.js";
import { FileAttachment } from "./file-attachment.js";
import { ImageAttachment } from "./image-attachment.js";
import { mediaKind } from "./media-kind.js";
import { VideoAttachment } from "./video-attachment.js";

const components = {
  image: ImageAttachment,
  video: VideoAttachment,
  audio: AudioAttachment,
  file: FileAttachment,
} as const;

interface AttachmentsProps {
  readonly message: MessageInfo;
  readonly isMine: boolean;
}

/** The files of a message, each as what it is. */
export function Attachments({ message, isMine }: AttachmentsProps) {
  return (
    <div className="space-y-1">
      {message.attachments.map((attachment, index) => {
        const Component = components[mediaKind(attachment)];
        return (
          <Component
            // biome-ignore lint/suspicious/noArrayIndexKey: its place is what an attachment is known by
            key={index}
            message={message}
            index={index}
            attachment={attachment}
            isMine={isMine}
          />
        );
      })}
    </div>
  );
}
