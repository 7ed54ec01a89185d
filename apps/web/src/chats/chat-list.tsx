import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useRef } from "react";
import { openPanel } from "../app/panels.js";
import { currentRoute } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { ChatListSkeleton } from "./chat-list-skeleton.js";
import { ChatRow } from "./chat-row.js";
import { useChatMenu } from "./use-chat-menu.js";

const rowHeight = 74;

/** The conversations, newest first; virtual, for there may be thousands. */
export function ChatList() {
  const t = useText();
  const session = useSession();
  const conversations = useObservable(session.list.conversations);
  const requests = useObservable(session.list.requests);
  const route = useObservable(currentRoute);
  const menu = useChatMenu();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: conversations?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => conversations?.[index]?.conversation ?? index,
    overscan: 6,
  });
  if (conversations === undefined) return <ChatListSkeleton />;
  if (conversations.length === 0) {
    if (requests.length > 0) return null;
    return (
      <div className="flex flex-1 flex-col items-center justify-center gap-3 px-8 pb-24 text-center">
        <EmptyPicture />
        <h2 className="text-lead font-bold">{t("chats.empty-title")}</h2>
        <p className="text-muted">{t("chats.empty-text")}</p>
        <Button className="mt-2" onClick={() => openPanel("new-chat")}>
          {t("chats.new-direct")}
        </Button>
      </div>
    );
  }
  const open = route.place === "chat" ? route.conversation : undefined;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears what its rows, which are buttons, do not
    <div ref={scroller} onKeyDown={moveFocus} {...menu.handlers} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const info = conversations[index];
          return (
            info && (
              <li
                key={key}
                className="absolute inset-x-0 top-0"
                style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              >
                <ChatRow info={info} isOpen={info.conversation === open} />
              </li>
            )
          );
        })}
      </ul>
      {menu.node}
    </div>
  );
}

/** Arrow keys go from row to row. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-conversation]")];
  const at = rows.indexOf(event.target as HTMLElement);
  const next = at < 0 ? undefined : rows[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function EmptyPicture() {
  return (
    <svg viewBox="0 0 160 110" width="160" height="110" aria-hidden="true">
      <path
        d="M18 20h74a14 14 0 0 1 14 14v26a14 14 0 0 1-14 14H52L34 90V74H18A14 14 0 0 1 4 60V34a14 14 0 0 1 14-14z"
        className="fill-accent-soft"
      />
      <path
        d="M90 44h46a14 14 0 0 1 14 14v20a14 14 0 0 1-14 14h-4v14l-16-14H90a14 14 0 0 1-14-14V58a14 14 0 0 1 14-14z"
        className="fill-surface stroke-accent"
        strokeWidth="2.5"
      />
      <g className="fill-accent">
        <circle cx="99" cy="68" r="4" />
        <circle cx="113" cy="68" r="4" />
        <circle cx="127" cy="68" r="4" />
      </g>
    </svg>
  );
}
