import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { useEffect, useState } from "react";
import { coalesce } from "../session/coalesce.js";
import { useSession } from "../session/session-context.js";

/** What the members of a conversation share of it; anew after every change. `undefined` until it was read. */
export function useGroup(info: ConversationInfo): GroupInfo | undefined {
  const session = useSession();
  const [group, setGroup] = useState<GroupInfo | undefined>(undefined);
  const { conversation, state } = info;
  useEffect(() => {
    if (state !== "active") {
      setGroup(undefined);
      return;
    }
    let isOpen = true;
    const read = coalesce(async () => {
      const fresh = await session.client.groupInfo(conversation);
      if (isOpen) setGroup(fresh);
    });
    read();
    const unsubscribe = session.hear((event) => {
      if (event.kind === "conversation" && event.conversation.conversation === conversation) read();
    });
    return () => {
      isOpen = false;
      unsubscribe();
    };
  }, [session, conversation, state]);
  return group?.conversation === conversation ? group : undefined;
}
