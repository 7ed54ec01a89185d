import { LockKeyhole, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { EraseDialog } from "../app/erase-dialog.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Field } from "../ui/field.js";
import { tell } from "../ui/notices.js";
import { Switch } from "../ui/switch.js";
import { PassphraseForm } from "./passphrase-form.js";

type Open = "nothing" | "set" | "remove" | "erase";

/** The passphrase that locks what this browser keeps, and the way to destroy it. */
export function LockSettings() {
  const t = useText();
  const { home } = useSession().client;
  const [isLocked, setLocked] = useState<boolean | undefined>(undefined);
  const [open, setOpen] = useState<Open>("nothing");
  const close = () => setOpen("nothing");
  useEffect(() => {
    home.isLockable().then(setLocked, (error: unknown) => tell(explain(error), "bad"));
  }, [home]);
  if (isLocked === undefined) return null;
  const changed = (is: boolean) => {
    setLocked(is);
    close();
    tell(t(is ? "lock.done" : "lock.removed"));
  };
  return (
    <>
      <Switch
        label={t("lock.set-title")}
        hint={t("lock.set-hint")}
        icon={<LockKeyhole size={19} />}
        isOn={isLocked}
        onChange={(isOn) => setOpen(isOn ? "set" : "remove")}
      />
      <div className="flex flex-wrap gap-2 px-5 pt-1">
        {isLocked && (
          <Button look="plain" onClick={() => setOpen("set")}>
            {t("lock.change")}
          </Button>
        )}
        <Button look="plain" className="text-danger!" onClick={() => setOpen("erase")}>
          <Trash2 size={17} />
          {t("storage.erase")}
        </Button>
      </div>
      {open === "set" && (
        <Dialog title={t("lock.set-title")} onClose={close}>
          <PassphraseForm home={home} isLocked={isLocked} onDone={() => changed(true)} />
        </Dialog>
      )}
      {open === "remove" && <RemoveDialog onClose={close} onRemoved={() => changed(false)} />}
      {open === "erase" && <EraseDialog home={home} onClose={close} />}
    </>
  );
}

interface RemoveDialogProps {
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

function RemoveDialog({ onClose, onRemoved }: RemoveDialogProps) {
  const t = useText();
  const { home } = useSession().client;
  const [current, setCurrent] = useState("");
  const [fault, setFault] = useState<string | undefined>(undefined);
  const remove = () => {
    home.setPassphrase(current, undefined).then(onRemoved, (error: unknown) => setFault(explain(error)));
  };
  return (
    <Dialog
      title={t("lock.remove")}
      onClose={onClose}
      footer={
        <Button look="danger" disabled={current === ""} onClick={remove}>
          {t("lock.remove")}
        </Button>
      }
    >
      <Field
        label={t("lock.label")}
        type="password"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        autoComplete="current-password"
        hint={fault}
        isBad={fault !== undefined}
        data-autofocus
      />
    </Dialog>
  );
}
