import type { MessageInfo } from "@redoubt/client";
import { CircleAlert, Download } from "lucide-react";
import { sizeText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import type { AttachmentState } from "./use-attachment.js";

interface ProgressProps {
  readonly state: AttachmentState;
  readonly message: MessageInfo;
  /** Of the file, in bytes. */
  readonly size: number;
}

/** Over a picture or a film that is not there (yet): how far it is, or what a press would do. */
export function Progress({ state, message, size }: ProgressProps) {
  const t = useText();
  const { transfers } = useSession();
  const upload = useObservable(transfers.now).get(message.message);
  const look =
    "absolute start-2 top-2 inline-flex items-center gap-1.5 rounded-full bg-black/60 px-2.5 py-1 text-tiny font-semibold text-white";
  if (state.kind === "failed") {
    return (
      <span className={look} title={state.reason}>
        <CircleAlert size={13} />
        {t("media.again")}
      </span>
    );
  }
  const done = upload?.direction === "up" ? upload : state.kind === "loading" ? state.progress : undefined;
  if (done !== undefined) {
    return (
      <span className={look} role="status">
        {t("media.progress", { percent: percentOf(done.done, done.total) })}
      </span>
    );
  }
  if (state.kind === "absent") {
    return (
      <span className={look}>
        <Download size={13} />
        {sizeText(size)}
      </span>
    );
  }
  return null;
}

export function percentOf(done: number, total: number): number {
  return total === 0 ? 0 : Math.floor((100 * done) / total);
}
