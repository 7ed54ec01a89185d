import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { X } from "lucide-react";
import { GroupDetails } from "../groups/group-details.js";
import { useText } from "../i18n/use-text.js";
import { ContactDetails } from "../people/contact-details.js";
import { IconButton } from "../ui/button.js";

interface ConversationDetailsProps {
  readonly info: ConversationInfo;
  readonly group: GroupInfo | undefined;
  readonly onClose: () => void;
}

/** Beside the conversation: with whom it is, and by which rules. On narrow screens over it. */
export default function ConversationDetails({ info, group, onClose }: ConversationDetailsProps) {
  const t = useText();
  return (
    <aside
      aria-label={t("details.title")}
      className="flex w-full shrink-0 animate-appear flex-col border-s border-line bg-surface max-lg:absolute max-lg:inset-0 max-lg:z-20 lg:w-88"
    >
      <header className="flex h-16 shrink-0 items-center gap-2 border-b border-line ps-5 pe-3">
        <h2 className="flex-1 text-lead font-bold">{t("details.title")}</h2>
        <IconButton label={t("action.close")} onClick={onClose}>
          <X size={20} />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {info.kind === "group" ? (
          <GroupDetails info={info} group={group} />
        ) : (
          <ContactDetails info={info} group={group} />
        )}
      </div>
    </aside>
  );
}
