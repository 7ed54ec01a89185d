import type { MessageInfo } from "@redoubt/client";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { tell } from "../ui/notices.js";

/** Milliseconds within which the relay's answer is waited for: all of it is stored, and sent whenever it can be. */
const wait = 0;

/** What can be done to a message. What goes wrong is told on the screen. */
export function useMessageActions() {
  const { client, me } = useSession();
  const attempt = (errand: Promise<unknown>) => errand.catch((error: unknown) => tell(explain(error), "bad"));
  return {
    /** Reacts, or takes the same reaction back. */
    react(message: MessageInfo, emoji: string) {
      const isOurs = message.reactions.some((one) => one.from === me.username && one.emoji === emoji);
      attempt(client.react(message.conversation, message.message, emoji, { withdraw: isOurs, wait }));
    },
    deleteForMe(message: MessageInfo) {
      attempt(client.delete(message.conversation, message.message, { forMe: true }));
    },
    deleteForAll(message: MessageInfo) {
      attempt(client.delete(message.conversation, message.message, { wait }));
    },
    pin(message: MessageInfo, isPinned: boolean) {
      attempt(client.pinMessage(message.conversation, message.message, isPinned, { wait: 5_000 }));
    },
  };
}
