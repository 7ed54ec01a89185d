import { useState } from "react";
import type { RemoteHome } from "../engine/remote-home.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { tell } from "../ui/notices.js";

interface EraseDialogProps {
  readonly home: RemoteHome;
  readonly onClose: () => void;
}

/** Asks before everything that this browser keeps is destroyed. */
export function EraseDialog({ home, onClose }: EraseDialogProps) {
  const t = useText();
  const [isBusy, setBusy] = useState(false);
  const erase = async () => {
    setBusy(true);
    try {
      await home.erase();
      location.replace("/");
    } catch (error) {
      tell(explain(error), "bad");
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("lock.erase-title")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button look="danger" isBusy={isBusy} onClick={erase}>
            {t("lock.erase")}
          </Button>
        </>
      }
    >
      <p>{t("lock.erase-text")}</p>
    </Dialog>
  );
}
