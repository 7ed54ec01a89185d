import { Pencil, Reply, X } from "lucide-react";
import { useText } from "../i18n/use-text.js";
import { useSession } from "../session/session-context.js";
import { summaryOf } from "../timeline/describe-message.js";
import { IconButton } from "../ui/button.js";
import { showInvisible } from "../ui/visible-text.js";
import type { ComposerMode } from "./composer-mode.js";

interface AboutsProps {
  readonly mode: ComposerMode;
  readonly onLeave: () => void;
}

/** Which message is answered or edited. */
export function Abouts({ mode, onLeave }: AboutsProps) {
  const t = useText();
  const session = useSession();
  if (mode.kind === "write") return null;
  const isReply = mode.kind === "reply";
  const { from } = mode.message;
  const name = from === session.me.username ? t("message.you") : showInvisible(session.people.nameOf(from));
  return (
    <div className="mb-2 flex animate-rise items-center gap-3 ps-2.5">
      <span className="text-accent">
        {isReply ? <Reply size={20} className="rtl:-scale-x-100" /> : <Pencil size={18} />}
      </span>
      <div className="min-w-0 flex-1 border-s-2 border-accent ps-3 text-small">
        <div className="font-bold text-accent">{isReply ? t("composer.reply-to", { name }) : t("composer.edits")}</div>
        <div className="truncate text-muted">
          <bdi>{summaryOf(mode.message)}</bdi>
        </div>
      </div>
      <IconButton label={t("action.cancel")} onClick={onLeave}>
        <X size={19} />
      </IconButton>
    </div>
  );
}
