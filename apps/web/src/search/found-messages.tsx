import { SearchX } from "lucide-react";
import { go } from "../app/route.js";
import { ChatRow } from "../chats/chat-row.js";
import { shortWhen } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { markWords } from "../text/mark-words.js";
import { Avatar } from "../ui/avatar.js";
import { NameText } from "../ui/name-text.js";
import { excerptOf } from "./excerpt.js";
import { useFound, wordsOf } from "./use-found.js";

/** What was found in the names of conversations, and in all that was said in them. */
export default function FoundMessages({ query }: { readonly query: string }) {
  const t = useText();
  const session = useSession();
  const conversations = useObservable(session.list.conversations) ?? [];
  const known = useObservable(session.people.known);
  const found = useFound(query);
  const words = wordsOf(query);
  const wanted = query.toLowerCase();
  const named = conversations.filter(({ title }) => {
    return title.toLowerCase().includes(wanted) || known.get(title)?.name.toLowerCase().includes(wanted);
  });
  if (named.length === 0 && found !== undefined && found.length === 0) {
    return (
      <div
        role="status"
        className="flex flex-1 flex-col items-center justify-center gap-3 px-8 pb-24 text-center text-muted"
      >
        <SearchX size={40} strokeWidth={1.5} />
        {t("search.nothing", { query })}
      </div>
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      {named.length > 0 && (
        <section aria-label={t("search.chats")}>
          <h2 className="px-2.5 pt-1 pb-1.5 text-small font-bold text-muted">{t("search.chats")}</h2>
          {named.slice(0, 8).map((info) => (
            <ChatRow key={info.conversation} info={info} isOpen={false} />
          ))}
        </section>
      )}
      {found !== undefined && found.length > 0 && (
        <section aria-label={t("search.messages")}>
          <h2 className="px-2.5 pt-2 pb-1.5 text-small font-bold text-muted">{t("search.messages")}</h2>
          {found.map((message) => {
            const info = session.list.find(message.conversation);
            const id = info?.title ?? message.from;
            const isGroup = info?.kind === "group";
            const title = isGroup ? id : session.people.nameOf(id);
            return (
              <button
                key={message.message}
                type="button"
                onClick={() => go({ place: "chat", conversation: message.conversation, message: message.message })}
                className="flex w-full items-center gap-3 rounded-medium px-2.5 py-2 text-start hover:bg-hover"
              >
                <Avatar title={title} id={id} size={40} isGroup={isGroup} />
                <span className="min-w-0 flex-1">
                  <span className="flex gap-2">
                    <NameText name={title} className="min-w-0 flex-1 truncate font-semibold" />
                    <time className="text-small text-muted">{shortWhen(message.at, Date.now())}</time>
                  </span>
                  <span dir="auto" className="line-clamp-2 text-small text-muted">
                    {markWords(excerptOf(message.text, words), words)}
                  </span>
                </span>
              </button>
            );
          })}
        </section>
      )}
    </div>
  );
}
