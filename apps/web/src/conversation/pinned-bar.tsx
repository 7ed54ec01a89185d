import { Pin } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { summaryOf } from "../timeline/describe-message.js";
import type { Timeline } from "../timeline/timeline.js";
import { useConversation } from "./conversation-context.js";

/** The messages that are pinned for all, one after the other at each press. */
export function PinnedBar({ timeline }: { readonly timeline: Timeline }) {
  const t = useText();
  const { pinned, jumpTo } = useConversation();
  const [at, setAt] = useState(0);
  useObservable(timeline.state);
  const id = pinned.at(-1 - (at % Math.max(1, pinned.length)));
  useEffect(() => {
    if (id !== undefined) timeline.reach(id);
  }, [id, timeline]);
  if (id === undefined) return null;
  const message = timeline.find(id);
  return (
    <button
      type="button"
      onClick={() => {
        jumpTo(id);
        setAt(at + 1);
      }}
      className="flex items-center gap-3 border-b border-line bg-surface px-4 py-2 text-start hover:bg-hover"
    >
      <Pin size={17} className="shrink-0 text-accent" />
      <span className="min-w-0 flex-1">
        <span className="block text-tiny font-bold text-accent">
          {t("pinned.title", { at: pinned.length - (at % pinned.length), count: pinned.length })}
        </span>
        <span className="block truncate text-small text-muted">
          <bdi>{message === undefined ? t("message.quoted-earlier") : summaryOf(message)}</bdi>
        </span>
      </span>
    </button>
  );
}
