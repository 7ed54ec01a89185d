import type { ConversationInfo } from "@redoubt/client";
import { useText } from "../i18n/use-text.js";

interface NoComposerProps {
  readonly info: ConversationInfo;
  /** Whether the group's rules let others speak alone. */
  readonly isSilent: boolean;
}

/** Why one cannot write here. */
export function NoComposer({ info, isSilent }: NoComposerProps) {
  const t = useText();
  const reasons = {
    active: t("composer.closed-silent"),
    request: t("composer.closed-request"),
    removed: t("composer.closed-removed"),
    left: t("composer.closed-left"),
    blocked: t("composer.closed-blocked"),
  };
  return (
    <p className="shrink-0 border-t border-line bg-surface px-6 py-4 text-center text-muted">
      {isSilent ? reasons.active : reasons[info.state]}
    </p>
  );
}
