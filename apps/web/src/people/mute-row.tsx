import type { ConversationInfo } from "@redoubt/client";
import { BellOff } from "lucide-react";
import { forever } from "../chats/use-chat-menu.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { tell } from "../ui/notices.js";
import { Switch } from "../ui/switch.js";

/** Whether a conversation disturbs. */
export function MuteRow({ info }: { readonly info: ConversationInfo }) {
  const t = useText();
  const { client, list } = useSession();
  const isMuted = (info.muted ?? 0) > Date.now();
  return (
    <Switch
      label={t("chats.mute")}
      icon={<BellOff size={19} />}
      isOn={isMuted}
      onChange={(isOn) => {
        client
          .mute(info.conversation, isOn ? forever : undefined)
          .then(list.refresh, (error: unknown) => tell(explain(error), "bad"));
      }}
    />
  );
}
