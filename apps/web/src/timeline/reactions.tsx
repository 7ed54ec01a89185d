import type { MessageInfo } from "@redoubt/client";
import { numberText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useMessageActions } from "./message-actions.js";

interface ReactionsProps {
  readonly message: MessageInfo;
  readonly me: string;
}

/** What people reacted with, each with how many; pressing one joins in or takes ours back. */
export function Reactions({ message, me }: ReactionsProps) {
  const t = useText();
  const { react } = useMessageActions();
  if (message.reactions.length === 0) return null;
  const emojis = [...new Set(message.reactions.map(({ emoji }) => emoji))];
  return (
    <ul className="relative z-10 -mt-1 mb-0.5 flex flex-wrap gap-1 px-1.5">
      {emojis.map((emoji) => {
        const given = message.reactions.filter((one) => one.emoji === emoji);
        const names = given.map(({ from }) => (from === me ? t("message.you") : from));
        const isOurs = given.some(({ from }) => from === me);
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={isOurs}
              title={names.join(", ")}
              aria-label={t("message.reaction", { emoji, names: names.join(", ") })}
              onClick={() => react(message, emoji)}
              className={`inline-flex h-7 max-w-40 items-center gap-1 overflow-hidden rounded-full border px-2 text-small shadow-bubble ${isOurs ? "border-accent bg-accent-soft text-accent-strong" : "border-line bg-raised text-ink"}`}
            >
              <span className="truncate text-[1rem] leading-none">{emoji}</span>
              {given.length > 1 && <span className="font-semibold">{numberText(given.length)}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
