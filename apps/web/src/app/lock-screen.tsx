import { type FormEvent, useState } from "react";
import type { RemoteHome } from "../engine/remote-home.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { Mark } from "../ui/mark.js";
import { EraseDialog } from "./erase-dialog.js";

/** Asks for the passphrase that locks what this browser keeps. */
export function LockScreen({ home }: { readonly home: RemoteHome }) {
  const t = useText();
  const [passphrase, setPassphrase] = useState("");
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [isErasing, setErasing] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      await home.unlock(passphrase);
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };
  return (
    <main className="conversation-ground flex h-full items-center justify-center overflow-y-auto p-6">
      <form onSubmit={submit} className="w-full max-w-sm rounded-large bg-surface p-7 shadow-raised">
        <div className="mb-4 flex justify-center">
          <Mark size={60} />
        </div>
        <h1 className="mb-1 text-center text-title font-bold">{t("lock.title")}</h1>
        <p className="mb-5 text-center text-muted">{t("lock.text")}</p>
        <Field
          label={t("lock.label")}
          type="password"
          value={passphrase}
          onChange={(event) => {
            setPassphrase(event.target.value);
            setFault(undefined);
          }}
          hint={fault}
          isBad={fault !== undefined}
          autoComplete="current-password"
          autoFocus
        />
        <Button type="submit" className="mt-2 w-full" isBusy={isBusy} disabled={passphrase === ""}>
          {t("lock.open")}
        </Button>
        <p className="mt-5 text-small text-muted">{t("lock.forgot")}</p>
        <Button look="quiet" className="-mx-2 mt-1 text-danger!" onClick={() => setErasing(true)}>
          {t("lock.erase")}
        </Button>
      </form>
      {isErasing && <EraseDialog home={home} onClose={() => setErasing(false)} />}
    </main>
  );
}
