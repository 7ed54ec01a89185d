import type { Registered } from "@redoubt/client";
import { Copy, Printer, TriangleAlert } from "lucide-react";
import { numberText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { Button } from "../ui/button.js";
import { tell } from "../ui/notices.js";

interface RecoveryWordsProps {
  readonly registered: Registered;
  readonly onNext: () => void;
}

/** The 24 words that alone restore the account: on the screen, on paper, and nowhere else. */
export function RecoveryWords({ registered, onNext }: RecoveryWordsProps) {
  const t = useText();
  const { recoveryKey, username, relay } = registered;
  const copy = () => {
    navigator.clipboard.writeText(recoveryKey.join(" ")).then(
      () => tell(t("words.copied")),
      () => tell(t("message.not-copied"), "bad"),
    );
  };
  return (
    <section>
      <h1 className="mb-2 text-title font-bold">{t("words.title")}</h1>
      <p className="mb-4 text-muted">{t("words.text")}</p>
      <div className="print-sheet rounded-large border border-line bg-raised p-4">
        <h2 className="mb-3 hidden text-title font-bold print:block">{t("words.sheet", { name: username })}</h2>
        <ol dir="ltr" className="grid grid-cols-2 gap-x-4 gap-y-1 sm:grid-cols-3">
          {recoveryKey.map((word, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a word may stand twice
            <li key={i} className="flex items-baseline gap-2 rounded-small px-1 py-1 font-mono text-body">
              <span className="w-5 text-end text-tiny text-muted select-none">{numberText(i + 1)}</span>
              {word}
            </li>
          ))}
        </ol>
        <p className="mt-3 border-t border-line pt-3 text-small text-muted">
          <bdi>@{username}</bdi> · <bdi dir="ltr">{relay}</bdi>
        </p>
      </div>
      <div className="mt-3 flex gap-2">
        <Button look="plain" className="flex-1" onClick={() => window.print()}>
          <Printer size={17} />
          {t("words.print")}
        </Button>
        <Button look="plain" className="flex-1" onClick={copy}>
          <Copy size={17} />
          {t("words.copy")}
        </Button>
      </div>
      <p className="mt-4 flex gap-2.5 rounded-medium bg-brass-soft p-3 text-small text-brass">
        <TriangleAlert size={18} className="shrink-0" />
        {t("words.warning")}
      </p>
      <Button className="mt-4 w-full" onClick={onNext}>
        {t("words.next")}
      </Button>
    </section>
  );
}
