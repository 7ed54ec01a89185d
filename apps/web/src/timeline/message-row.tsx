import type { MessageInfo } from "@redoubt/client";
import { Ellipsis, Reply } from "lucide-react";
import { type MouseEvent, memo, type PointerEvent, useRef, useState } from "react";
import { useConversation } from "../conversation/conversation-context.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Avatar } from "../ui/avatar.js";
import { IconButton } from "../ui/button.js";
import { Bubble } from "./bubble.js";
import { describeMessage } from "./describe-message.js";
import { Reactions } from "./reactions.js";
import type { Timeline } from "./timeline.js";

interface MessageRowProps {
  readonly message: MessageInfo;
  readonly timeline: Timeline;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isGroup: boolean;
  /** Not 0 when it is to be pointed out; another number each time. */
  readonly lit: number;
}

/** A message in its place: left or right, with its avatar, its actions and its reactions. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, timeline, isFirst, isLast, isGroup, lit } = props;
  const session = useSession();
  const { startReply } = useConversation();
  const pictures = useObservable(session.people.pictures);
  const isMine = message.from === session.me.username;
  const { offset, handlers } = useSwipe(() => startReply(message));
  return (
    <article
      // biome-ignore lint/a11y/noNoninteractiveTabindex: one goes from message to message by keys, and opens their menu
      tabIndex={0}
      data-message={message.message}
      aria-label={describeMessage(message, session.me.username)}
      key={lit}
      onDoubleClick={(event) => {
        if (event.target === event.currentTarget) startReply(message);
      }}
      {...handlers}
      className={`group/row -mx-3 flex touch-pan-y items-end gap-2 rounded-small px-3 sm:-mx-5 sm:px-5 ${isMine ? "justify-end" : ""} ${isFirst ? "pt-2" : "pt-0.5"} ${lit > 0 ? "animate-flash" : ""} focus-visible:-outline-offset-2`}
    >
      {isGroup && !isMine && (
        <span className="w-8 shrink-0">
          {isLast && <Avatar title={message.from} id={message.from} size={32} picture={pictures.get(message.from)} />}
        </span>
      )}
      {isMine && <RowActions message={message} />}
      <div
        className={`flex max-w-[min(85%,34rem)] min-w-0 flex-col ${isMine ? "items-end" : "items-start"}`}
        style={offset === 0 ? undefined : { transform: `translateX(${offset}px)` }}
      >
        <Bubble
          message={message}
          timeline={timeline}
          isMine={isMine}
          isFirst={isFirst}
          isLast={isLast}
          showsName={isGroup && !isMine && isFirst}
        />
        <Reactions message={message} me={session.me.username} />
      </div>
      {!isMine && <RowActions message={message} />}
    </article>
  );
});

/** Shown on hover and focus. The menu is the same that a right click opens. */
function RowActions({ message }: { readonly message: MessageInfo }) {
  const t = useText();
  const { startReply } = useConversation();
  const openMenu = (event: MouseEvent<HTMLButtonElement>) => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    const at = { bubbles: true, cancelable: true, clientX: left, clientY: bottom };
    event.currentTarget.dispatchEvent(new window.MouseEvent("contextmenu", at));
  };
  return (
    <div className="mb-0.5 flex opacity-0 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100 max-sm:hidden">
      <IconButton label={t("message.reply")} className="size-8" onClick={() => startReply(message)}>
        <Reply size={17} className="rtl:-scale-x-100" />
      </IconButton>
      <IconButton label={t("message.more")} className="size-8" onClick={openMenu}>
        <Ellipsis size={17} />
      </IconButton>
    </div>
  );
}

/** So far a finger must draw a message, in pixels, for a reply. */
const swipeLength = 64;

/** Drawing a message towards the middle replies to it. Touch alone: a mouse selects text. */
function useSwipe(onSwipe: () => void) {
  const [offset, setOffset] = useState(0);
  const start = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const end = () => {
    if (Math.abs(offset) >= swipeLength) onSwipe();
    start.current = undefined;
    setOffset(0);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === "touch") start.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent) => {
      if (start.current === undefined) return;
      const [x, y] = [event.clientX - start.current.x, event.clientY - start.current.y];
      if (Math.abs(x) > 12 && Math.abs(x) > 2 * Math.abs(y)) setOffset(Math.max(-90, Math.min(0, x)));
    },
    onPointerUp: end,
    onPointerCancel: () => {
      start.current = undefined;
      setOffset(0);
    },
  };
  return { offset, handlers };
}
