import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { Paperclip, SendHorizontal, Smile } from "lucide-react";
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from "react";
import { may } from "../groups/roles.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import type { Timeline } from "../timeline/timeline.js";
import { IconButton } from "../ui/button.js";
import { tell } from "../ui/notices.js";
import { Abouts } from "./abouts.js";
import type { ComposerMode } from "./composer-mode.js";
import { MentionList, mentionAt, suggestionsFor } from "./mention-list.js";
import { NoComposer } from "./no-composer.js";
import { sendFiles } from "./send-files.js";
import { useDraft } from "./use-draft.js";
import { VoiceButton } from "./voice-button.js";
import { wrapSelection } from "./wrap-selection.js";

const EmojiPopover = lazy(() => import("../emoji/emoji-popover.js"));
const FilesDialog = lazy(() => import("./files-dialog.js"));

interface ComposerProps {
  readonly info: ConversationInfo;
  readonly group: GroupInfo | undefined;
  readonly timeline: Timeline;
  readonly mode: ComposerMode;
  readonly onMode: (mode: ComposerMode) => void;
  /** Files that wait to be sent with a caption. */
  readonly files: readonly File[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** Where one writes; or why one cannot. */
export function Composer(props: ComposerProps) {
  const { info, group } = props;
  const session = useSession();
  const isSilent = group?.kind === "group" && !may(group, session.me.username, "post");
  if (info.state !== "active" || isSilent) return <NoComposer info={info} isSilent={isSilent} />;
  return <OpenComposer key={info.conversation} {...props} />;
}

function OpenComposer({ info, group, timeline, mode, onMode, files, onFiles }: ComposerProps) {
  const t = useText();
  const session = useSession();
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { text, setText, forget } = useDraft(info, mode);
  const [isPicking, setPicking] = useState(false);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const { conversation } = info;

  useEffect(() => {
    if (mode.kind === "edit") setText(mode.message.text);
    area.current?.focus();
  }, [mode, setText]);

  const query = mentionAt(text, caret);
  const members = (group?.members ?? []).map(({ username }) => username).filter((name) => name !== session.me.username);
  const suggestions = query === undefined ? [] : suggestionsFor(query, members);

  const leaveMode = () => {
    if (mode.kind === "edit") setText(info.draft ?? "");
    onMode({ kind: "write" });
  };

  const send = () => {
    const wanted = text.trim();
    if (wanted === "") return;
    setText("");
    forget();
    onMode({ kind: "write" });
    const { client } = session;
    const sent =
      mode.kind === "edit"
        ? client.edit(conversation, mode.message.message, wanted, { wait: 0 })
        : client.send(conversation, wanted, {
            wait: 0,
            ...(mode.kind === "reply" ? { replyTo: mode.message.message } : {}),
          });
    sent.catch((error: unknown) => {
      // Nothing that was typed is lost to a refusal.
      setText((now) => (now === "" ? wanted : now));
      tell(explain(error), "bad");
    });
  };

  const complete = (name: string) => {
    const from = caret - (query?.length ?? 0);
    const next = `${text.slice(0, from)}${name} ${text.slice(caret)}`;
    setText(next);
    setChosen(0);
    requestAnimationFrame(() => area.current?.setSelectionRange(from + name.length + 1, from + name.length + 1));
  };

  const editLast = () => {
    const own = timeline.state.get().messages.findLast(({ from, deleted, text: said, state }) => {
      return from === session.me.username && !deleted && said !== "" && state !== "failed";
    });
    if (own !== undefined) onMode({ kind: "edit", message: own });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While a word is being composed (Chinese, Japanese, …) its keys are not for us.
    if (event.nativeEvent.isComposing) return;
    const suggested = suggestions[chosen % Math.max(1, suggestions.length)];
    if (suggested !== undefined && ["Enter", "Tab"].includes(event.key)) {
      event.preventDefault();
      complete(suggested);
    } else if (suggested !== undefined && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      setChosen((chosen + (event.key === "ArrowUp" ? suggestions.length - 1 : 1)) % suggestions.length);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && text === "" && mode.kind === "write") {
      event.preventDefault();
      editLast();
    } else if (event.key === "Escape" && mode.kind !== "write") {
      event.preventDefault();
      leaveMode();
    } else if (event.ctrlKey || event.metaKey) {
      const wrapped = wrapSelection(event.currentTarget, event.key.toLowerCase(), event.shiftKey);
      if (wrapped === undefined) return;
      event.preventDefault();
      setText(wrapped.text);
      requestAnimationFrame(() => area.current?.setSelectionRange(wrapped.from, wrapped.to));
    }
  };

  const insert = (piece: string) => {
    const at = area.current?.selectionStart ?? text.length;
    setText(text.slice(0, at) + piece + text.slice(area.current?.selectionEnd ?? at));
    setPicking(false);
    area.current?.focus();
  };

  return (
    <div className="relative shrink-0 border-t border-line bg-surface px-2 pt-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-4">
      <div className="mx-auto w-full max-w-3xl">
        <MentionList names={suggestions} chosen={chosen % Math.max(1, suggestions.length)} onChoose={complete} />
        <Abouts mode={mode} onLeave={leaveMode} />
        <div className="flex items-end gap-1">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              onFiles([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
          <IconButton label={t("composer.attach")} className="mb-0.5" onClick={() => picker.current?.click()}>
            <Paperclip size={21} />
          </IconButton>
          <div className="flex min-w-0 flex-1 items-end rounded-bubble border border-line bg-raised focus-within:border-accent">
            <textarea
              ref={area}
              value={text}
              rows={1}
              dir="auto"
              aria-label={t("composer.label", { name: info.title })}
              placeholder={t("composer.placeholder")}
              onChange={(event) => {
                setText(event.target.value);
                setCaret(event.target.selectionStart);
                setChosen(0);
              }}
              onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
              onKeyDown={onKeyDown}
              onPaste={(event) => {
                const pasted = [...event.clipboardData.files];
                if (pasted.length === 0) return;
                event.preventDefault();
                onFiles(pasted);
              }}
              className="max-h-[40dvh] min-h-11 min-w-0 flex-1 resize-none bg-transparent px-4 py-2.5 leading-6 outline-none [field-sizing:content]"
            />
            <IconButton
              label={t("composer.emoji")}
              aria-expanded={isPicking}
              className="m-0.5"
              onClick={() => setPicking(!isPicking)}
            >
              <Smile size={21} />
            </IconButton>
          </div>
          {text.trim() === "" && mode.kind !== "edit" ? (
            <VoiceButton onRecorded={(file) => sendFiles(session, conversation, [file], "")} />
          ) : (
            <button
              type="button"
              onClick={send}
              aria-label={t("composer.send")}
              title={t("composer.send")}
              className="mb-0.5 inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-strong"
            >
              <SendHorizontal size={20} className="rtl:-scale-x-100" />
            </button>
          )}
        </div>
      </div>
      <Suspense>
        {isPicking && <EmojiPopover onPick={insert} onClose={() => setPicking(false)} />}
        {files.length > 0 && (
          <FilesDialog
            files={files}
            onClose={() => onFiles([])}
            onSend={(wanted, caption) => {
              onFiles([]);
              sendFiles(session, conversation, wanted, caption);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
