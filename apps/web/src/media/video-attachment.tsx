import { Play } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/use-text.js";
import { showInvisible } from "../ui/visible-text.js";
import type { AttachmentProps } from "./attachment-props.js";
import { FileAttachment } from "./file-attachment.js";
import { Progress } from "./progress.js";
import { useAttachment, useObjectUrl } from "./use-attachment.js";

/** A film: loaded at a press, then played in its place. */
export function VideoAttachment(props: AttachmentProps) {
  const { message, index, attachment } = props;
  const t = useText();
  const { state, load } = useAttachment(message, index);
  const [isBroken, setBroken] = useState(false);
  const url = useObjectUrl(state.kind === "there" ? state.blob : undefined, attachment.type);
  if (isBroken) return <FileAttachment {...props} />;
  if (url !== undefined) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: what people film for each other has no captions
      <video
        src={url}
        controls
        autoPlay
        playsInline
        onError={() => setBroken(true)}
        aria-label={showInvisible(attachment.name)}
        className="block max-h-96 w-80 max-w-full rounded-[0.95rem] bg-black"
      />
    );
  }
  return (
    <button
      type="button"
      onClick={load}
      aria-label={t("media.play", { name: showInvisible(attachment.name) })}
      className="relative flex aspect-video w-80 max-w-full items-center justify-center rounded-[0.95rem] bg-sunken"
    >
      <span className="inline-flex size-14 items-center justify-center rounded-full bg-black/60 text-white">
        <Play size={26} className="ms-1" />
      </span>
      <Progress state={state} message={message} size={attachment.size} />
    </button>
  );
}
