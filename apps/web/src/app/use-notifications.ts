import type { MessageInfo } from "@redoubt/client";
import { useEffect } from "react";
import { translate } from "../i18n/locale.js";
import { useSession } from "../session/session-context.js";
import { preferences } from "../settings/preferences.js";
import { summaryOf } from "../timeline/describe-message.js";
import { showInvisible } from "../ui/visible-text.js";
import { go } from "./route.js";

/** Shows what comes while the window is out of sight, if that is wanted; from whom and what, only if that is too. */
export function useNotifications(): void {
  const session = useSession();
  useEffect(() => {
    const show = (message: MessageInfo) => {
      const { notifies, notifiesContent } = preferences.get();
      const info = session.list.find(message.conversation);
      const isMuted = (info?.muted ?? 0) > Date.now() && !message.mentionsMe;
      const isOurs = message.from === session.me.username;
      if (!notifies || isOurs || isMuted || message.silent || document.visibilityState === "visible") return;
      if (!("Notification" in window) || Notification.permission !== "granted") return;
      const title = notifiesContent ? showInvisible(info?.title ?? message.from) : "Redoubt";
      const body = notifiesContent ? `${message.from}: ${summaryOf(message)}` : translate("notification.hidden");
      const notification = new Notification(title, { body, tag: message.conversation, icon: "/icons/icon.svg" });
      notification.onclick = () => {
        window.focus();
        go({ place: "chat", conversation: message.conversation });
      };
    };
    return session.hear((event) => {
      if (event.kind === "message") show(event.message);
    });
  }, [session]);
}
