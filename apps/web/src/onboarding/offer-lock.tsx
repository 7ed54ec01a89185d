import type { RemoteHome } from "../engine/remote-home.js";
import { useText } from "../i18n/use-text.js";
import { PassphraseForm } from "../settings/passphrase-form.js";
import { Button } from "../ui/button.js";

interface OfferLockProps {
  readonly home: RemoteHome;
  readonly onDone: () => void;
}

/** Offers a passphrase for this browser's copy: useful where others use it too. */
export function OfferLock({ home, onDone }: OfferLockProps) {
  const t = useText();
  return (
    <section>
      <h1 className="mb-2 text-title font-bold">{t("lock.set-title")}</h1>
      <p className="mb-6 text-muted">{t("lock.set-hint")}</p>
      <PassphraseForm
        home={home}
        isLocked={false}
        onDone={onDone}
        aside={
          <Button look="plain" onClick={onDone}>
            {t("lock.skip")}
          </Button>
        }
      />
    </section>
  );
}
