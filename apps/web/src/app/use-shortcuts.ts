import { useEffect } from "react";
import { useSession } from "../session/session-context.js";
import { openedPanel, openPanel } from "./panels.js";
import { currentRoute, go } from "./route.js";

/** Keys that work everywhere. */
export function useShortcuts(): void {
  const session = useSession();
  useEffect(() => {
    const step = (by: 1 | -1) => {
      const all = session.list.conversations.get() ?? [];
      const route = currentRoute.get();
      const at = route.place === "chat" ? all.findIndex((one) => one.conversation === route.conversation) : -1;
      const next = all[at < 0 ? 0 : at + by];
      if (next !== undefined) go({ place: "chat", conversation: next.conversation });
    };
    const listen = (event: KeyboardEvent) => {
      const isCommand = event.ctrlKey || event.metaKey;
      const isTyping = /^(input|textarea)$/i.test((event.target as Element).tagName);
      const run = () => {
        if (isCommand && event.key.toLowerCase() === "k") return () => openPanel("palette");
        if (isCommand && event.key === ",") return () => openPanel("settings");
        if (event.altKey && event.key === "ArrowDown") return () => step(1);
        if (event.altKey && event.key === "ArrowUp") return () => step(-1);
        if (event.altKey && event.key.toLowerCase() === "n") return () => openPanel("new-chat");
        if (event.key === "?" && !isTyping && openedPanel.get() === "none") return () => openPanel("shortcuts");
        return undefined;
      };
      const action = run();
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [session]);
}
