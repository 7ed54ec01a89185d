import type { MessageInfo } from "@redoubt/client";
import { Copy, Info, Pencil, Pin, PinOff, Reply, SmilePlus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useConversation } from "../conversation/conversation-context.js";
import { useText } from "../i18n/use-text.js";
import { useSession } from "../session/session-context.js";
import { useMenu } from "../ui/menu.js";
import { tell } from "../ui/notices.js";
import type { MenuItem, MenuTile } from "../ui/open-menu.js";
import { useMenuWish } from "../ui/use-menu-wish.js";
import { useMessageActions } from "./message-actions.js";
import type { Timeline } from "./timeline.js";

const quickReactions = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

/** The menu of messages: which one it is about is what was pressed. */
export function useMessageMenu(timeline: Timeline): { readonly node: ReactNode; readonly handlers: object } {
  const { node, open } = useMenu();
  const itemsOf = useItems();
  const tilesOf = useTiles();
  const handlers = useMenuWish((target, x, y) => {
    const id = target.closest("[data-message]")?.getAttribute("data-message") ?? "";
    const message = timeline.find(id);
    if (message !== undefined) open({ x, y, tiles: tilesOf(message), items: itemsOf(message) });
  });
  return { node, handlers };
}

function useTiles(): (message: MessageInfo) => readonly MenuTile[] {
  const t = useText();
  const { me } = useSession();
  const { react } = useMessageActions();
  const { pickReaction } = useConversation();
  return (message) => {
    if (message.deleted || message.state === "failed") return [];
    const quick = quickReactions.map((emoji) => ({
      label: t("message.react-with", { emoji }),
      face: emoji,
      run: () => react(message, emoji),
      isOn: message.reactions.some((one) => one.from === me.username && one.emoji === emoji),
    }));
    return [
      ...quick,
      { label: t("message.react-more"), face: <SmilePlus size={20} />, run: () => pickReaction(message) },
    ];
  };
}

/** What may be done to a message. */
function useItems(): (message: MessageInfo) => readonly MenuItem[] {
  const t = useText();
  const { me } = useSession();
  const actions = useMessageActions();
  const { startReply, startEdit, showDetails, confirmDelete, pinned, mayPin } = useConversation();
  const copy = ({ text }: MessageInfo) => {
    navigator.clipboard.writeText(text).then(
      () => tell(t("message.copied")),
      () => tell(t("message.not-copied"), "bad"),
    );
  };
  return (message) => {
    const isMine = message.from === me.username;
    const isSaid = !message.deleted && message.state !== "failed";
    const isPinned = pinned.includes(message.message);
    const offers: readonly (MenuItem & { readonly isOffered: boolean })[] = [
      {
        isOffered: isSaid,
        label: t("message.reply"),
        icon: <Reply className="rtl:-scale-x-100" />,
        run: () => startReply(message),
      },
      { isOffered: message.text !== "", label: t("message.copy"), icon: <Copy />, run: () => copy(message) },
      {
        isOffered: isMine && isSaid && message.text !== "",
        label: t("message.edit"),
        icon: <Pencil />,
        run: () => startEdit(message),
      },
      {
        isOffered: mayPin && isSaid,
        label: t(isPinned ? "message.unpin" : "message.pin"),
        icon: isPinned ? <PinOff /> : <Pin />,
        run: () => actions.pin(message, !isPinned),
      },
      {
        isOffered: isMine && isSaid,
        label: t("message.details"),
        icon: <Info />,
        run: () => showDetails(message),
      },
      {
        isOffered: true,
        label: t("message.delete"),
        icon: <Trash2 />,
        run: () => confirmDelete(message),
        isDangerous: true,
      },
    ];
    return offers.filter(({ isOffered }) => isOffered);
  };
}
