import type { MessageInfo } from "@redoubt/client";
import { useText } from "../i18n/use-text.js";
import { useSession } from "../session/session-context.js";
import { summaryOf } from "../timeline/describe-message.js";
import { useMessageActions } from "../timeline/message-actions.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";

interface DeleteDialogProps {
  readonly message: MessageInfo;
  readonly onClose: () => void;
}

/** Asks whose copy of a message is to go. */
export function DeleteDialog({ message, onClose }: DeleteDialogProps) {
  const t = useText();
  const { me } = useSession();
  const { deleteForAll, deleteForMe } = useMessageActions();
  const isForAll = message.from === me.username && !message.deleted && message.state !== "failed";
  const after = (act: (message: MessageInfo) => void) => () => {
    act(message);
    onClose();
  };
  return (
    <Dialog title={t("delete.title")} onClose={onClose}>
      <p dir="auto" className="mb-4 line-clamp-3 rounded-medium bg-sunken px-3 py-2 text-muted">
        {summaryOf(message)}
      </p>
      <p className="mb-4 text-small text-muted">{t(isForAll ? "delete.explain-all" : "delete.explain-me")}</p>
      <div className="flex flex-col gap-2">
        {isForAll && (
          <Button look="danger" onClick={after(deleteForAll)}>
            {t("delete.for-all")}
          </Button>
        )}
        <Button look={isForAll ? "plain" : "danger"} onClick={after(deleteForMe)}>
          {t("delete.for-me")}
        </Button>
      </div>
    </Dialog>
  );
}
