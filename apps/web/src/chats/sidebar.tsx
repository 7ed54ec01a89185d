import { PenLine, Search, Settings, Users } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ConnectionLine } from "../app/connection-line.js";
import { openPanel } from "../app/panels.js";
import { useText } from "../i18n/use-text.js";
import { IconButton } from "../ui/button.js";
import { Mark } from "../ui/mark.js";
import { useMenu } from "../ui/menu.js";
import { ChatList } from "./chat-list.js";
import { Requests } from "./requests.js";

const FoundMessages = lazy(() => import("../search/found-messages.js"));

/** All conversations, and the ways to begin one. */
export function Sidebar() {
  const t = useText();
  const [query, setQuery] = useState("");
  const menu = useMenu();
  return (
    <nav aria-label={t("chats.label")} className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex h-16 shrink-0 items-center gap-1 ps-4 pe-2">
        <Mark size={30} />
        <h1 className="ms-1.5 flex-1 text-lead font-bold tracking-tight">Redoubt</h1>
        <IconButton
          label={t("chats.new")}
          aria-haspopup="menu"
          onClick={(event) =>
            menu.openBelow(event.currentTarget, [
              { label: t("chats.new-direct"), icon: <PenLine />, run: () => openPanel("new-chat") },
              { label: t("chats.new-group"), icon: <Users />, run: () => openPanel("new-group") },
            ])
          }
        >
          <PenLine size={20} />
        </IconButton>
        {menu.node}
        <IconButton label={t("settings.title")} onClick={() => openPanel("settings")}>
          <Settings size={20} />
        </IconButton>
      </header>
      <div className="px-3 pb-2">
        <div className="flex items-center gap-2.5 rounded-full bg-sunken px-4 focus-within:outline-2 focus-within:outline-accent">
          <Search size={17} className="text-muted" />
          <input
            type="search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") setQuery("");
            }}
            aria-label={t("search.all")}
            placeholder={t("search.placeholder")}
            className="h-10 min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
          />
          <kbd className="rounded-small border border-line px-1.5 py-0.5 font-sans text-tiny text-muted max-md:hidden">
            Ctrl K
          </kbd>
        </div>
      </div>
      <ConnectionLine />
      {query.trim() === "" ? (
        <>
          <Requests />
          <ChatList />
        </>
      ) : (
        <Suspense>
          <FoundMessages query={query.trim()} />
        </Suspense>
      )}
    </nav>
  );
}
