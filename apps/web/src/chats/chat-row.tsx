import type { ConversationInfo } from "@redoubt/client";
import { AtSign, BellOff, Pin } from "lucide-react";
import { memo } from "react";
import { go } from "../app/route.js";
import { numberText, shortWhen } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { plainText } from "../text/parse-text.js";
import { Shield } from "../trust/shield.js";
import { Avatar } from "../ui/avatar.js";
import { NameText } from "../ui/name-text.js";

interface ChatRowProps {
  readonly info: ConversationInfo;
  readonly isOpen: boolean;
}

/** A conversation in the list. */
export const ChatRow = memo(function ChatRow({ info, isOpen }: ChatRowProps) {
  const t = useText();
  const session = useSession();
  const contact = useObservable(session.people.known).get(info.title);
  const picture = useObservable(session.people.pictures).get(info.title);
  const isDirect = info.kind === "direct";
  const title = isDirect ? contact?.name || info.title : info.title;
  const isMuted = info.muted !== undefined && info.muted > Date.now();
  return (
    <button
      type="button"
      data-conversation={info.conversation}
      aria-current={isOpen ? "page" : undefined}
      onClick={() => go({ place: "chat", conversation: info.conversation })}
      className={`flex h-[70px] w-full items-center gap-3 rounded-medium px-2.5 text-start transition-colors ${isOpen ? "bg-accent-soft" : "hover:bg-hover"}`}
    >
      <Avatar title={title} id={info.title} picture={isDirect ? picture : undefined} isGroup={!isDirect} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <NameText name={title} className="truncate font-bold" />
          {isDirect && contact?.isConfirmed && <Shield username={info.title} size={15} />}
          {isMuted && <BellOff size={14} className="shrink-0 text-muted" aria-label={t("chats.muted")} />}
          <span className="flex-1" />
          {info.last && <time className="shrink-0 text-small text-muted">{shortWhen(info.last.at, Date.now())}</time>}
        </span>
        <span className="mt-0.5 flex items-center gap-1.5">
          <Preview info={info} isOpen={isOpen} />
          {info.mentions > 0 && <AtSign size={16} className="shrink-0 text-accent" aria-label={t("chats.mentioned")} />}
          {info.unread > 0 && (
            <span
              className={`inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-tiny font-bold ${isMuted ? "bg-line text-ink" : "bg-accent text-on-accent"}`}
            >
              <span aria-hidden="true">{numberText(info.unread)}</span>
              <span className="sr-only">{t("chats.unread", { count: info.unread })}</span>
            </span>
          )}
          {info.pinned && info.unread === 0 && (
            <Pin size={14} className="shrink-0 rotate-45 text-muted" aria-label={t("chats.pinned")} />
          )}
        </span>
      </span>
    </button>
  );
});

/** Who types, what is half written, or what was said last. */
function Preview({ info, isOpen }: ChatRowProps) {
  const t = useText();
  const session = useSession();
  const typing = useObservable(session.typing.now).get(info.conversation) ?? [];
  const look = "min-w-0 flex-1 truncate text-start";
  if (typing.length > 0) {
    const text =
      info.kind === "direct" ? t("typing.one") : t("typing.some", { names: typing.join(", "), count: typing.length });
    return <span className={`${look} text-accent`}>{text}</span>;
  }
  if (info.draft !== undefined && !isOpen) {
    return (
      <span className={`${look} text-muted`}>
        <span className="font-medium text-danger">{t("chats.draft")} </span>
        <bdi>{plainText(info.draft)}</bdi>
      </span>
    );
  }
  const states = { removed: t("chats.removed"), left: t("chats.left") };
  if (info.state === "removed" || info.state === "left")
    return <span className={`${look} text-muted italic`}>{states[info.state]}</span>;
  return (
    <span className={`${look} text-muted`}>
      <bdi dir="auto">
        {info.last === undefined ? t("chats.nothing-yet") : plainText(info.last.text) || t("media.file")}
      </bdi>
    </span>
  );
}
