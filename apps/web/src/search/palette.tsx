import { MessageCircle, PenLine, Settings, Users } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { openPanel } from "../app/panels.js";
import { go } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Avatar } from "../ui/avatar.js";
import { Dialog } from "../ui/dialog.js";
import { NameText } from "../ui/name-text.js";
import { excerptOf } from "./excerpt.js";
import { useFound, wordsOf } from "./use-found.js";

interface Entry {
  readonly key: string;
  readonly picture: ReactNode;
  readonly title: string;
  readonly more: string | undefined;
  readonly run: () => void;
}

/** Goes anywhere by a few letters. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const id = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const entries = useEntries(query.trim());
  const list = useRef<HTMLDivElement>(null);
  const chosen = Math.min(at, entries.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") run(entries[chosen]);
    else if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, entries.length));
    else if (event.key === "ArrowUp") setAt((chosen - 1 + entries.length) % Math.max(1, entries.length));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("palette.title")} onClose={onClose}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={entries[chosen] && `${id}-${chosen}`}
        aria-label={t("palette.label")}
        placeholder={t("palette.label")}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        data-autofocus
        className="mb-2 h-11 w-full rounded-medium bg-sunken px-4"
      />
      <div ref={list} id={id} role="listbox" aria-label={t("palette.title")} className="-mx-2 max-h-96 overflow-y-auto">
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
          <div
            key={entry.key}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            onClick={() => run(entry)}
            onPointerMove={() => setAt(i)}
            className={`flex items-center gap-3 rounded-medium px-2.5 py-2 ${i === chosen ? "bg-hover" : ""}`}
          >
            {entry.picture}
            <span className="min-w-0">
              <NameText name={entry.title} className="block truncate font-semibold" />
              {entry.more && (
                <bdi dir="auto" className="block truncate text-small text-muted">
                  {entry.more}
                </bdi>
              )}
            </span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

function useEntries(query: string): readonly Entry[] {
  const t = useText();
  const session = useSession();
  const conversations = useObservable(session.list.conversations) ?? [];
  const known = useObservable(session.people.known);
  const found = useFound(query.length < 2 ? "" : query) ?? [];
  const wanted = query.toLowerCase();
  const icon = (node: ReactNode) => (
    <span className="inline-flex size-9 shrink-0 items-center justify-center rounded-medium bg-accent-soft text-accent">
      {node}
    </span>
  );
  const chats = conversations
    .filter(
      ({ title }) => title.toLowerCase().includes(wanted) || known.get(title)?.name.toLowerCase().includes(wanted),
    )
    .slice(0, 8)
    .map(({ conversation, title, kind }): Entry => {
      const name = kind === "direct" ? known.get(title)?.name || title : title;
      return {
        key: conversation,
        picture: <Avatar title={name} id={title} size={36} isGroup={kind === "group"} />,
        title: name,
        more: kind === "direct" ? `@${title}` : undefined,
        run: () => go({ place: "chat", conversation }),
      };
    });
  const commands: readonly Entry[] = [
    {
      key: "new-chat",
      picture: icon(<PenLine size={18} />),
      title: t("chats.new-direct"),
      more: undefined,
      run: () => openPanel("new-chat"),
    },
    {
      key: "new-group",
      picture: icon(<Users size={18} />),
      title: t("chats.new-group"),
      more: undefined,
      run: () => openPanel("new-group"),
    },
    {
      key: "settings",
      picture: icon(<Settings size={18} />),
      title: t("settings.title"),
      more: undefined,
      run: () => openPanel("settings"),
    },
  ];
  const messages = found.slice(0, 8).map(
    (message): Entry => ({
      key: message.message,
      picture: icon(<MessageCircle size={18} />),
      title: session.list.find(message.conversation)?.title ?? message.from,
      more: excerptOf(message.text, wordsOf(query)),
      run: () => go({ place: "chat", conversation: message.conversation, message: message.message }),
    }),
  );
  return [...chats, ...commands.filter(({ title }) => title.toLowerCase().includes(wanted)), ...messages];
}
