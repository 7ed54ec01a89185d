import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { dayText, numberText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { EmptyTimeline } from "./empty-timeline.js";
import { MessageRow } from "./message-row.js";
import { type Row, rowsOf } from "./rows.js";
import type { Timeline } from "./timeline.js";
import { TimelineSkeleton } from "./timeline-skeleton.js";
import { useMessageMenu } from "./use-message-menu.js";
import { useSeen } from "./use-seen.js";
import { useStayAtEnd } from "./use-stay-at-end.js";

interface TimelineViewProps {
  readonly timeline: Timeline;
  /** A message to go to, and a number that changes whenever it is to be gone to (again). */
  readonly target: { readonly message: string; readonly wish: number } | undefined;
  readonly isGroup: boolean;
}

/** So close to the end, in pixels, the newest message counts as seen. */
const nearEnd = 80;
/** So far from the beginning of what is loaded, in pixels, older messages are fetched. */
const ahead = 900;

/** The virtual list of a conversation: it begins at the end, stays where it is when older messages come in above. */
export function TimelineView({ timeline, target, isGroup }: TimelineViewProps) {
  const t = useText();
  const { messages, isLoaded, hasOlder } = useObservable(timeline.state);
  const firstUnread = useObservable(timeline.firstUnread);
  const rows = useMemo(() => rowsOf(messages, firstUnread), [messages, firstUnread]);
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(false);
  const menu = useMessageMenu(timeline);
  const [lit, setLit] = useState<{ readonly message: string; readonly wish: number } | undefined>(undefined);

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "message" ? 62 : 44),
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    overscan: 8,
    paddingStart: 12,
    paddingEnd: 12,
    useFlushSync: false,
  });

  const latest = useRef(rows);
  latest.current = rows;
  const scrollTo = useCallback(
    (key: string, align: "start" | "center") => {
      const index = latest.current.findIndex((row) => row.key === key);
      if (index >= 0) virtualizer.scrollToIndex(index, { align });
      return index >= 0;
    },
    [virtualizer],
  );
  const look = useCallback(() => {
    const element = scroller.current;
    if (element !== null) setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd);
  }, []);

  // Where a conversation opens: at what is unread, else at the end.
  const isEmpty = rows.length === 0;
  useLayoutEffect(() => {
    if (!isLoaded || isEmpty) return;
    if (!scrollTo("unread", "start")) {
      virtualizer.scrollToEnd();
      setAtEnd(true);
    }
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [isLoaded, isEmpty, scrollTo, virtualizer, look]);

  useEffect(() => {
    if (target === undefined || !isLoaded) return;
    let isWanted = true;
    timeline.reach(target.message).then((isThere) => {
      if (isThere && isWanted) setLit(target);
    });
    return () => {
      isWanted = false;
    };
  }, [target, timeline, isLoaded]);
  useEffect(() => {
    if (lit !== undefined) scrollTo(lit.message, "center");
  }, [lit, scrollTo]);

  // Rows are higher than was guessed, and pictures come later: who is at the end stays there.
  const height = virtualizer.getTotalSize();
  useLayoutEffect(() => {
    if (isAtEnd && height > 0) virtualizer.scrollToEnd();
  }, [isAtEnd, height, virtualizer]);

  const seen = useSeen(timeline, isAtEnd);
  useStayAtEnd(
    scroller,
    isAtEnd,
    useCallback(() => virtualizer.scrollToEnd(), [virtualizer]),
  );

  const onScroll = () => {
    look();
    if (hasOlder && (scroller.current?.scrollTop ?? 0) < ahead) timeline.loadOlder();
  };

  const unseen = useMemo(() => {
    const from = messages.findLastIndex(({ message }) => message === seen);
    return from < 0 ? 0 : messages.slice(from + 1).filter(({ state }) => state === "received").length;
  }, [messages, seen]);

  if (!isLoaded) return <TimelineSkeleton />;
  if (messages.length === 0) return <EmptyTimeline conversation={timeline.conversation} />;
  const items = virtualizer.getVirtualItems();
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        onKeyDown={moveFocus}
        {...menu.handlers}
        role="log"
        aria-label={t("timeline.label")}
        className="flex h-full flex-col overflow-x-hidden overflow-y-auto [overflow-anchor:none]"
      >
        <div
          className="relative mx-auto mt-auto w-full max-w-3xl shrink-0"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              data-index={index}
              ref={virtualizer.measureElement}
              className="absolute inset-x-0 top-0 px-3 sm:px-5"
              style={{ transform: `translateY(${start}px)` }}
            >
              <RowNode row={rows[index] as Row} timeline={timeline} isGroup={isGroup} lit={lit} />
            </div>
          ))}
        </div>
      </div>
      {menu.node}
      {!isAtEnd && (
        <button
          type="button"
          onClick={() => virtualizer.scrollToEnd({ behavior: "smooth" })}
          aria-label={t("timeline.to-latest", { count: unseen })}
          title={t("timeline.to-latest", { count: unseen })}
          className="absolute end-4 bottom-3 inline-flex size-11 animate-rise items-center justify-center rounded-full border border-line bg-raised text-muted shadow-raised hover:text-ink"
        >
          <ArrowDown size={20} />
          {unseen > 0 && (
            <span className="absolute -top-1.5 min-w-5 rounded-full bg-accent px-1.5 text-tiny font-bold text-on-accent">
              {numberText(unseen)}
            </span>
          )}
        </button>
      )}
    </div>
  );
}

interface RowNodeProps {
  readonly row: Row;
  readonly timeline: Timeline;
  readonly isGroup: boolean;
  readonly lit: { readonly message: string; readonly wish: number } | undefined;
}

function RowNode({ row, timeline, isGroup, lit }: RowNodeProps) {
  const t = useText();
  if (row.kind === "day") {
    return (
      <div className="flex justify-center py-2.5">
        <span className="rounded-full bg-surface/90 px-3 py-1 text-small font-semibold text-muted shadow-bubble">
          {dayText(row.at, Date.now())}
        </span>
      </div>
    );
  }
  if (row.kind === "unread") {
    return (
      <div className="flex items-center gap-3 py-3 text-small font-semibold text-accent">
        <span className="h-px flex-1 bg-accent/40" />
        {t("timeline.unread")}
        <span className="h-px flex-1 bg-accent/40" />
      </div>
    );
  }
  const { message, isFirst, isLast } = row;
  return (
    <MessageRow
      message={message}
      timeline={timeline}
      isFirst={isFirst}
      isLast={isLast}
      isGroup={isGroup}
      lit={lit?.message === message.message ? lit.wish : 0}
    />
  );
}

/** Arrow keys go from message to message. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const focused = (event.target as HTMLElement).closest("[data-message]");
  if (focused === null) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-message]")];
  const rank = (element: Element) => Number(element.closest("[data-index]")?.getAttribute("data-index"));
  const ordered = all.toSorted((a, b) => rank(a) - rank(b));
  const next = ordered[ordered.indexOf(focused as HTMLElement) + (event.key === "ArrowUp" ? -1 : 1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
