import { Download, FileText, X } from "lucide-react";
import { sizeText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { NameText } from "../ui/name-text.js";
import { showInvisible } from "../ui/visible-text.js";
import type { AttachmentProps } from "./attachment-props.js";
import { percentOf } from "./progress.js";
import { saveToDisk } from "./save-to-disk.js";
import { useAttachment } from "./use-attachment.js";

/** A file that is not shown but saved: what it is, how far it is, and how to stop. */
export function FileAttachment({ message, index, attachment, isMine }: AttachmentProps) {
  const t = useText();
  const { transfers } = useSession();
  const { state, load, cancel } = useAttachment(message, index);
  const upload = useObservable(transfers.now).get(message.message);
  const isUploading = upload?.direction === "up" && upload.state !== "complete";
  const progress = isUploading ? upload : state.kind === "loading" ? state.progress : undefined;
  const isLoading = state.kind === "loading";
  const name = showInvisible(attachment.name);
  const press = async () => {
    if (isLoading) {
      cancel();
      return;
    }
    const blob = state.kind === "there" ? state.blob : await load();
    if (blob !== undefined) saveToDisk(blob, attachment.name);
  };
  return (
    <div className="flex max-w-full min-w-56 items-center gap-3 py-1">
      <button
        type="button"
        onClick={press}
        disabled={message.state === "pending"}
        aria-label={t(isLoading ? "media.cancel-file" : "media.save-file", { name })}
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-medium bg-accent text-on-accent hover:bg-accent-strong disabled:opacity-70"
      >
        {isLoading ? (
          <X size={20} />
        ) : state.kind === "there" || isMine ? (
          <FileText size={20} />
        ) : (
          <Download size={20} />
        )}
      </button>
      <div className="min-w-0 flex-1">
        <NameText name={attachment.name} className="block truncate font-semibold" />
        <p className={`text-small ${state.kind === "failed" ? "text-danger" : "opacity-80"}`} role="status">
          {state.kind === "failed"
            ? state.reason
            : progress === undefined
              ? sizeText(attachment.size)
              : t("media.progress-of", {
                  percent: percentOf(progress.done, progress.total),
                  size: sizeText(progress.total),
                })}
        </p>
        {progress !== undefined && (
          <progress
            value={progress.done}
            max={progress.total}
            aria-label={name}
            className="mt-1 block h-1 w-full overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-ink/15 [&::-webkit-progress-value]:bg-accent"
          />
        )}
      </div>
    </div>
  );
}
