import type { ConversationInfo } from "@redoubt/client";
import { useEffect, useRef, useState } from "react";
import { useSession } from "../session/session-context.js";
import type { ComposerMode } from "./composer-mode.js";

/** Milliseconds without a key after which what was typed is kept. */
const pause = 400;
/** Milliseconds between two words that we type. */
const typingPause = 5_000;

/** What is being typed: kept with the conversation, so that it is still there tomorrow; what edits a message is not. */
export function useDraft(info: ConversationInfo, mode: ComposerMode) {
  const { client } = useSession();
  const { conversation } = info;
  const [text, setText] = useState(info.draft ?? "");
  const kept = useRef(text);
  const latest = useRef(text);
  const toldTyping = useRef(0);
  const isDraft = mode.kind !== "edit";
  latest.current = isDraft ? text : "";

  useEffect(() => {
    if (!isDraft || text === kept.current) return;
    const now = Date.now();
    if (text !== "" && now - toldTyping.current > typingPause) {
      toldTyping.current = now;
      client.typing(conversation).catch(() => undefined);
    }
    const timer = setTimeout(() => {
      kept.current = text;
      client.setDraft(conversation, text).catch(() => undefined);
    }, pause);
    return () => clearTimeout(timer);
  }, [text, isDraft, client, conversation]);

  useEffect(() => {
    return () => {
      if (latest.current !== kept.current) client.setDraft(conversation, latest.current).catch(() => undefined);
    };
  }, [client, conversation]);

  /** The client is done with the draft by itself when it is sent. */
  const forget = () => {
    kept.current = "";
    latest.current = "";
    toldTyping.current = 0;
  };
  return { text, setText, forget };
}
