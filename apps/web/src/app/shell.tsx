import { lazy, Suspense, useEffect } from "react";
import { Sidebar } from "../chats/sidebar.js";
import { ConversationScreen } from "../conversation/conversation-screen.js";
import { useObservable } from "../session/observable.js";
import type { Session } from "../session/session.js";
import { SessionContext } from "../session/session-context.js";
import { NothingOpen } from "./nothing-open.js";
import { openedPanel, openPanel } from "./panels.js";
import { currentRoute } from "./route.js";
import { useDocumentTitle } from "./use-document-title.js";
import { useNotifications } from "./use-notifications.js";
import { useShortcuts } from "./use-shortcuts.js";

const NewChatDialog = lazy(() => import("../chats/new-chat-dialog.js"));
const NewGroupDialog = lazy(() => import("../groups/new-group-dialog.js"));
const SettingsDialog = lazy(() => import("../settings/settings-dialog.js"));
const Palette = lazy(() => import("../search/palette.js"));
const ShortcutsDialog = lazy(() => import("./shortcuts-dialog.js"));

/** The list, and beside it what is open; on a narrow screen one of them. */
export function Shell({ session }: { readonly session: Session }) {
  useEffect(() => session.open(), [session]);
  return (
    <SessionContext value={session}>
      <Panes session={session} />
      <Panels />
    </SessionContext>
  );
}

function Panes({ session }: { readonly session: Session }) {
  const route = useObservable(currentRoute);
  const conversations = useObservable(session.list.conversations);
  useShortcuts();
  useDocumentTitle();
  useNotifications();
  const info =
    route.place === "chat" ? conversations?.find(({ conversation }) => conversation === route.conversation) : undefined;
  return (
    <div className="flex h-full">
      <div
        className={`h-full shrink-0 border-line md:w-[22rem] md:border-e lg:w-96 ${info === undefined ? "max-md:w-full" : "max-md:hidden"}`}
      >
        <Sidebar />
      </div>
      <main className={`flex h-full min-w-0 flex-1 ${info === undefined ? "max-md:hidden" : ""}`}>
        {info === undefined ? (
          <NothingOpen />
        ) : (
          <ConversationScreen
            key={info.conversation}
            info={info}
            message={route.place === "chat" ? route.message : undefined}
          />
        )}
      </main>
    </div>
  );
}

function Panels() {
  const panel = useObservable(openedPanel);
  const close = () => openPanel("none");
  return (
    <Suspense>
      {panel === "new-chat" && <NewChatDialog onClose={close} />}
      {panel === "new-group" && <NewGroupDialog onClose={close} />}
      {panel === "settings" && <SettingsDialog onClose={close} />}
      {panel === "palette" && <Palette onClose={close} />}
      {panel === "shortcuts" && <ShortcutsDialog onClose={close} />}
    </Suspense>
  );
}
