import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { ArrowLeft, Info, Search } from "lucide-react";
import { go } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Shield } from "../trust/shield.js";
import { Avatar } from "../ui/avatar.js";
import { IconButton } from "../ui/button.js";
import { NameText } from "../ui/name-text.js";

interface ConversationHeaderProps {
  readonly info: ConversationInfo;
  readonly group: GroupInfo | undefined;
  readonly onDetails: () => void;
  readonly onSearch: () => void;
}

/** With whom one talks, what they are doing, and how sure it is that it is them. */
export function ConversationHeader({ info, group, onDetails, onSearch }: ConversationHeaderProps) {
  const t = useText();
  const session = useSession();
  const contact = useObservable(session.people.known).get(info.title);
  const picture = useObservable(session.people.pictures).get(info.title);
  const isDirect = info.kind === "direct";
  const title = isDirect ? contact?.name || info.title : info.title;
  return (
    <header className="z-10 flex h-16 shrink-0 items-center gap-1 border-b border-line bg-surface ps-2 pe-3 sm:ps-4">
      <IconButton label={t("action.back")} className="md:hidden" onClick={() => go({ place: "start" })}>
        <ArrowLeft size={22} className="rtl:-scale-x-100" />
      </IconButton>
      <button
        type="button"
        onClick={onDetails}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-medium p-1.5 text-start hover:bg-hover"
      >
        <Avatar title={title} id={info.title} size={40} picture={isDirect ? picture : undefined} isGroup={!isDirect} />
        <span className="min-w-0">
          <span className="flex items-center gap-1.5">
            <NameText name={title} className="truncate text-lead leading-6 font-bold" />
            {isDirect && <Shield username={info.title} size={17} />}
          </span>
          <Subtitle info={info} group={group} />
        </span>
      </button>
      <IconButton label={t("search.in-chat")} onClick={onSearch}>
        <Search size={20} />
      </IconButton>
      <IconButton label={t("details.open")} onClick={onDetails}>
        <Info size={20} />
      </IconButton>
    </header>
  );
}

function Subtitle({ info, group }: Pick<ConversationHeaderProps, "info" | "group">) {
  const t = useText();
  const session = useSession();
  const typing = useObservable(session.typing.now).get(info.conversation) ?? [];
  if (typing.length > 0) {
    const text =
      info.kind === "direct" ? t("typing.one") : t("typing.some", { names: typing.join(", "), count: typing.length });
    return (
      <span className="block truncate text-small text-accent" aria-live="polite">
        {text}
      </span>
    );
  }
  const text = info.kind === "direct" ? `@${info.title}` : group && t("group.members", { count: group.members.length });
  return (
    <span className="block h-4.5 truncate text-small text-muted">
      <bdi>{text}</bdi>
    </span>
  );
}
