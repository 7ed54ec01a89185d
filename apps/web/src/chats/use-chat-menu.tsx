import type { ConversationInfo } from "@redoubt/client";
import { Bell, BellOff, LogOut, MailOpen, Pin, PinOff } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { useMenu } from "../ui/menu.js";
import { tell } from "../ui/notices.js";
import type { MenuItem } from "../ui/open-menu.js";
import { useMenuWish } from "../ui/use-menu-wish.js";

/** Until it is ended by hand. The store takes times up to 2^53. */
export const forever = Date.UTC(9999, 0, 1);

/** The menu of rows: which one it is about is what was pressed. */
export function useChatMenu(): { readonly node: ReactNode; readonly handlers: object } {
  const session = useSession();
  const { node, open } = useMenu();
  const itemsOf = useItems();
  const handlers = useMenuWish((target, x, y) => {
    const id = target.closest("[data-conversation]")?.getAttribute("data-conversation") ?? "";
    const info = session.list.find(id);
    if (info !== undefined) open({ x, y, items: itemsOf(info) });
  });
  return { node, handlers };
}

function useItems(): (info: ConversationInfo) => readonly MenuItem[] {
  const t = useText();
  const { client, list } = useSession();
  const act = (errand: Promise<unknown>) => {
    errand.then(list.refresh, (error: unknown) => tell(explain(error), "bad"));
  };
  return (info) => {
    const { conversation } = info;
    const isMuted = info.muted !== undefined && info.muted > Date.now();
    return [
      ...(info.unread > 0
        ? [{ label: t("chats.mark-read"), icon: <MailOpen />, run: () => act(client.markRead(conversation)) }]
        : []),
      {
        label: t(info.pinned ? "chats.unpin" : "chats.pin"),
        icon: info.pinned ? <PinOff /> : <Pin />,
        run: () => act(client.pin(conversation, !info.pinned)),
      },
      {
        label: t(isMuted ? "chats.unmute" : "chats.mute"),
        icon: isMuted ? <Bell /> : <BellOff />,
        run: () => act(client.mute(conversation, isMuted ? undefined : forever)),
      },
      ...(info.kind === "group" && info.state === "active"
        ? [
            {
              label: t("group.leave"),
              icon: <LogOut className="rtl:-scale-x-100" />,
              run: () => act(client.leaveGroup(conversation)),
              isDangerous: true,
            },
          ]
        : []),
    ];
  };
}
