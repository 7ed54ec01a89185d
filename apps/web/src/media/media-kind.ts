import type { AttachmentInfo } from "@redoubt/client";

export type MediaKind = "image" | "video" | "audio" | "file";

/** Types that a browser shows without running anything in them. SVG and HTML are files like any other. */
const shown: Readonly<Record<string, MediaKind>> = {
  "image/png": "image",
  "image/jpeg": "image",
  "image/webp": "image",
  "image/gif": "image",
  "video/mp4": "video",
  "video/webm": "video",
  "audio/mpeg": "audio",
  "audio/mp4": "audio",
  "audio/ogg": "audio",
  "audio/webm": "audio",
  "audio/wav": "audio",
  "audio/x-wav": "audio",
  "audio/flac": "audio",
  "audio/aac": "audio",
};

/** As what an attachment is shown. */
export function mediaKind({ type }: AttachmentInfo): MediaKind {
  return Object.hasOwn(shown, type) ? (shown[type] as MediaKind) : "file";
}
