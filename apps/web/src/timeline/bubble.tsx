import type { MessageInfo } from "@redoubt/client";
import { Timer } from "lucide-react";
import type { ReactNode } from "react";
import { fullWhen, timeText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { Attachments } from "../media/attachments.js";
import { sentenceOf } from "../session/fault.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { isJumbo } from "../text/parse-text.js";
import { hasTail, RichText } from "../text/rich-text.js";
import { nameColour } from "../ui/name-colour.js";
import { NameText } from "../ui/name-text.js";
import { QuotedMessage } from "./quoted-message.js";
import { Ticks } from "./ticks.js";
import type { Timeline } from "./timeline.js";

interface BubbleProps {
  readonly message: MessageInfo;
  readonly timeline: Timeline;
  readonly isMine: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly showsName: boolean;
}

/** The corner of the sender's side is sharp where a run of messages goes on. */
function cornersOf(isMine: boolean, isFirst: boolean, isLast: boolean): string {
  const side = isMine ? ["rounded-se-md", "rounded-ee-md"] : ["rounded-ss-md", "rounded-es-md"];
  return `rounded-bubble ${isFirst ? "" : side[0]} ${isLast ? "" : side[1]}`;
}

export function Bubble({ message, timeline, isMine, isFirst, isLast, showsName }: BubbleProps) {
  const t = useText();
  const session = useSession();
  const ground = isMine ? "bg-mine text-on-mine" : "bg-theirs text-ink";
  const hasMedia = message.attachments.some(({ type }) => /^(image|video)\//.test(type));
  const isLarge = isJumbo(message.text) && message.attachments.length === 0 && message.replyTo === undefined;
  const isInline =
    hasTail(message.text, document.documentElement.dir === "rtl") && !message.deleted && !message.unsupported;
  const place = hasMedia && message.text === "" ? "media" : isInline ? "inline" : "below";
  const look = isLarge ? "" : `${ground} ${cornersOf(isMine, isFirst, isLast)} shadow-bubble`;
  return (
    <div className={`relative max-w-full min-w-20 overflow-hidden ${look} ${hasMedia ? "p-1" : "px-3 py-1.5"}`}>
      {showsName && <SenderName name={message.from} />}
      {message.replyTo !== undefined && <QuotedMessage id={message.replyTo} timeline={timeline} isMine={isMine} />}
      {message.attachments.length > 0 && <Attachments message={message} isMine={isMine} />}
      <div className={hasMedia && message.text !== "" ? "px-2 pt-1" : ""}>
        <Content
          message={message}
          me={session.me.username}
          tail={isInline ? <Tail message={message} isMine={isMine} /> : undefined}
        />
        <Footer message={message} isMine={isMine} place={place} />
      </div>
      {message.state === "failed" && (
        <p className="mt-1 border-t border-danger/30 pt-1 text-small text-danger">
          {sentenceOf(message.reason ?? "") ?? t("message.failed")}
        </p>
      )}
    </div>
  );
}

function SenderName({ name }: { readonly name: string }) {
  const session = useSession();
  const contact = useObservable(session.people.known).get(name);
  return (
    <div className="flex gap-1.5 text-small font-bold" style={{ color: nameColour(name) }}>
      <NameText name={contact?.name || name} className="truncate" />
      {contact?.name && <bdi className="font-normal text-muted">@{name}</bdi>}
    </div>
  );
}

interface ContentProps {
  readonly message: MessageInfo;
  readonly me: string;
  readonly tail: ReactNode;
}

function Content({ message, me, tail }: ContentProps) {
  const t = useText();
  if (message.deleted) return <p className="italic opacity-75">{t("message.deleted")}</p>;
  if (message.unsupported) return <p className="italic opacity-75">{t("message.unsupported")}</p>;
  if (message.text === "") return null;
  return <RichText text={message.text} mentions={message.mentions} me={me} tail={tail} />;
}

/** As wide as the footer that is drawn over it. */
function Tail({ message, isMine }: { readonly message: MessageInfo; readonly isMine: boolean }) {
  return (
    <span aria-hidden="true" className="invisible ms-2.5 inline-flex h-3 align-bottom select-none">
      <FooterContent message={message} isMine={isMine} />
    </span>
  );
}

interface FooterProps {
  readonly message: MessageInfo;
  readonly isMine: boolean;
  readonly place: keyof typeof places;
}

const places = {
  media: "absolute end-2.5 bottom-2.5 rounded-full bg-black/60 px-2 py-0.5 text-white",
  inline: "absolute end-3 bottom-1.5",
  below: "-mb-0.5 justify-end",
} as const;

function Footer({ message, isMine, place }: FooterProps) {
  const colour = place === "media" ? "" : isMine ? "text-mine-muted" : "text-muted";
  return (
    <div className={`flex ${places[place]} ${colour}`}>
      <FooterContent message={message} isMine={isMine} />
    </div>
  );
}

/** Time, whether it was edited, when it goes, and how far it got. */
function FooterContent({ message, isMine }: { readonly message: MessageInfo; readonly isMine: boolean }) {
  const t = useText();
  return (
    <span className="flex items-center gap-1 text-tiny whitespace-nowrap select-none">
      {message.expiresAt !== undefined && <Timer size={11} aria-label={t("message.disappears")} />}
      {message.edited && <span>{t("message.edited")}</span>}
      <time dateTime={new Date(message.at).toISOString()} title={fullWhen(message.at)}>
        {timeText(message.at)}
      </time>
      {isMine && <Ticks message={message} />}
    </span>
  );
}
