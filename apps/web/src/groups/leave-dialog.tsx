import type { ConversationInfo } from "@redoubt/client";
import { useState } from "react";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { tell } from "../ui/notices.js";

interface LeaveDialogProps {
  readonly info: ConversationInfo;
  readonly onClose: () => void;
}

/** Asks before a group is left. */
export function LeaveDialog({ info, onClose }: LeaveDialogProps) {
  const t = useText();
  const { client, list } = useSession();
  const [isBusy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await client.leaveGroup(info.conversation, { wait: 3_000 });
      list.refresh();
      onClose();
    } catch (error) {
      tell(explain(error), "bad");
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("group.leave")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button look="danger" isBusy={isBusy} onClick={leave}>
            {t("group.leave")}
          </Button>
        </>
      }
    >
      <p>{t("group.leave-explain")}</p>
    </Dialog>
  );
}
