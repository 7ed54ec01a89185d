import type { ConversationInfo, MessageInfo } from "@redoubt/client";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { Composer } from "../composer/composer.js";
import type { ComposerMode } from "../composer/composer-mode.js";
import { may } from "../groups/roles.js";
import { useSession } from "../session/session-context.js";
import { Timeline } from "../timeline/timeline.js";
import { TimelineView } from "../timeline/timeline-view.js";
import { AlarmBanners } from "../trust/alarm-banners.js";
import { ConversationContext, type Conversing } from "./conversation-context.js";
import { ConversationHeader } from "./conversation-header.js";
import { DeleteDialog } from "./delete-dialog.js";
import { DropVeil } from "./drop-veil.js";
import { PinnedBar } from "./pinned-bar.js";
import { useDrop } from "./use-drop.js";
import { useGroup } from "./use-group.js";

const MessageDetails = lazy(() => import("./message-details.js"));
const ReactionPicker = lazy(() => import("../emoji/reaction-picker.js"));
const ConversationDetails = lazy(() => import("./conversation-details.js"));
const SearchBar = lazy(() => import("../search/search-bar.js"));

interface ConversationScreenProps {
  readonly info: ConversationInfo;
  /** A message to open it at. */
  readonly message: string | undefined;
}

type Overlay =
  | { readonly kind: "none" }
  | { readonly kind: "react" | "details" | "delete"; readonly message: MessageInfo };

/** An open conversation: what is said in it, and where one writes. */
export function ConversationScreen({ info, message }: ConversationScreenProps) {
  const session = useSession();
  const { conversation } = info;
  const timeline = useTimeline(conversation);
  const group = useGroup(info);
  const [target, setTarget] = useState<{ readonly message: string; readonly wish: number } | undefined>();
  const [mode, setMode] = useState<ComposerMode>({ kind: "write" });
  const [overlay, setOverlay] = useState<Overlay>({ kind: "none" });
  const [isDetailed, setDetailed] = useState(false);
  const [isSearching, setSearching] = useState(false);
  const { dropped, takeFiles, isOver, handlers } = useDrop(info.state === "active");

  const jumpTo = useCallback((id: string) => {
    setTarget((last) => ({ message: id, wish: (last?.wish ?? 0) + 1 }));
  }, []);
  useEffect(() => {
    if (message !== undefined) jumpTo(message);
  }, [message, jumpTo]);

  const conversing = useMemo<Conversing>(
    () => ({
      startReply: (to) => setMode({ kind: "reply", message: to }),
      startEdit: (of) => setMode({ kind: "edit", message: of }),
      jumpTo,
      pickReaction: (of) => setOverlay({ kind: "react", message: of }),
      showDetails: (of) => setOverlay({ kind: "details", message: of }),
      confirmDelete: (of) => setOverlay({ kind: "delete", message: of }),
      pinned: group?.pinned ?? [],
      mayPin: may(group, session.me.username, "pin"),
    }),
    [jumpTo, group, session],
  );
  const close = () => setOverlay({ kind: "none" });

  if (timeline === undefined) return null;
  return (
    <ConversationContext value={conversing}>
      <section {...handlers} className="flex min-w-0 flex-1" aria-label={info.title}>
        <div className="conversation-ground relative flex min-w-0 flex-1 flex-col">
          <ConversationHeader
            info={info}
            group={group}
            onDetails={() => setDetailed((is) => !is)}
            onSearch={() => setSearching((is) => !is)}
          />
          {isSearching && (
            <Suspense>
              <SearchBar conversation={conversation} onClose={() => setSearching(false)} />
            </Suspense>
          )}
          <AlarmBanners conversation={conversation} />
          <PinnedBar timeline={timeline} />
          <TimelineView timeline={timeline} target={target} isGroup={info.kind === "group"} />
          <Composer
            info={info}
            group={group}
            timeline={timeline}
            mode={mode}
            onMode={setMode}
            files={dropped}
            onFiles={takeFiles}
          />
          {isOver && <DropVeil />}
        </div>
        <Suspense>
          {isDetailed && <ConversationDetails info={info} group={group} onClose={() => setDetailed(false)} />}
          {overlay.kind === "react" && <ReactionPicker message={overlay.message} onClose={close} />}
          {overlay.kind === "details" && <MessageDetails message={overlay.message} onClose={close} />}
        </Suspense>
        {overlay.kind === "delete" && <DeleteDialog message={overlay.message} onClose={close} />}
      </section>
    </ConversationContext>
  );
}

/** The timeline of this conversation, which ends with the component. */
function useTimeline(conversation: string): Timeline | undefined {
  const session = useSession();
  const [timeline, setTimeline] = useState<Timeline | undefined>(undefined);
  useEffect(() => {
    const fresh = new Timeline(session, conversation);
    setTimeline(fresh);
    return () => fresh.close();
  }, [session, conversation]);
  return timeline?.conversation === conversation ? timeline : undefined;
}
