import { type FormEvent, type ReactNode, useState } from "react";
import type { RemoteHome } from "../engine/remote-home.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";

/** In characters. */
const shortest = 8;

interface PassphraseFormProps {
  readonly home: RemoteHome;
  /** Whether there is one now, which has to be given first. */
  readonly isLocked: boolean;
  readonly onDone: () => void;
  /** Shown beside the button. */
  readonly aside?: ReactNode;
}

/** Sets or changes the passphrase. */
export function PassphraseForm({ home, isLocked, onDone, aside }: PassphraseFormProps) {
  const t = useText();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const isShort = [...next].length < shortest;
  const isUnequal = next !== again;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isShort || isUnequal) return;
    setBusy(true);
    setFault(undefined);
    try {
      await home.setPassphrase(isLocked ? current : undefined, next);
      onDone();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      {isLocked && (
        <Field
          label={t("lock.label")}
          type="password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          autoComplete="current-password"
          hint={fault}
          isBad={fault !== undefined}
        />
      )}
      <Field
        label={t("lock.new")}
        type="password"
        value={next}
        onChange={(event) => setNext(event.target.value)}
        autoComplete="new-password"
        hint={isLocked || fault === undefined ? t("lock.short") : fault}
        isBad={!isLocked && fault !== undefined}
      />
      <Field
        label={t("lock.again")}
        type="password"
        value={again}
        onChange={(event) => setAgain(event.target.value)}
        autoComplete="new-password"
        hint={again !== "" && isUnequal ? t("lock.unequal") : undefined}
        isBad={again !== "" && isUnequal}
      />
      <div className="mt-2 flex justify-end gap-2">
        {aside}
        <Button type="submit" isBusy={isBusy} disabled={isShort || isUnequal || (isLocked && current === "")}>
          {t(isLocked ? "lock.change" : "lock.set")}
        </Button>
      </div>
    </form>
  );
}
