import { useConversation } from "../conversation/conversation-context.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { nameColour } from "../ui/name-colour.js";
import { summaryOf } from "./describe-message.js";
import type { Timeline } from "./timeline.js";

interface QuotedMessageProps {
  readonly id: string;
  readonly timeline: Timeline;
  readonly isMine: boolean;
}

/** What a message answers; pressing it goes there. */
export function QuotedMessage({ id, timeline, isMine }: QuotedMessageProps) {
  const t = useText();
  const session = useSession();
  const { jumpTo } = useConversation();
  useObservable(timeline.state);
  const quoted = timeline.find(id);
  useObservable(session.people.known);
  const name = quoted && (quoted.from === session.me.username ? t("message.you") : session.people.nameOf(quoted.from));
  return (
    <button
      type="button"
      onClick={() => jumpTo(id)}
      className={`mt-0.5 mb-1 block w-full min-w-32 overflow-hidden rounded-small border-s-3 border-accent px-2.5 py-1 text-start text-small ${isMine ? "bg-ink/7" : "bg-accent-soft/70"}`}
    >
      {name !== undefined && (
        <span className="block truncate font-bold" style={{ color: nameColour(quoted?.from ?? "") }}>
          {name}
        </span>
      )}
      <span className="block truncate opacity-85">
        <bdi>{quoted === undefined ? t("message.quoted-earlier") : summaryOf(quoted)}</bdi>
      </span>
    </button>
  );
}
