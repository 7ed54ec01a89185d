import { useText } from "../i18n/use-text.js";
import { Mark } from "../ui/mark.js";

/** Beside the list while no conversation is open. */
export function NothingOpen() {
  const t = useText();
  return (
    <div className="conversation-ground flex flex-1 flex-col items-center justify-center gap-4 p-8 text-center">
      <span className="opacity-80">
        <Mark size={76} />
      </span>
      <div className="max-w-sm">
        <h2 className="text-title font-bold">{t("start.title")}</h2>
        <p className="mt-1 text-muted">{t("start.text")}</p>
      </div>
      <p className="flex flex-wrap justify-center gap-x-5 gap-y-2 text-small text-muted">
        <span>
          <Key>Ctrl</Key> <Key>K</Key> {t("shortcut.palette")}
        </span>
        <span>
          <Key>?</Key> {t("shortcut.sheet")}
        </span>
      </p>
    </div>
  );
}

function Key({ children }: { readonly children: string }) {
  return (
    <kbd className="rounded-small border border-line bg-surface px-1.5 py-0.5 font-sans text-tiny">{children}</kbd>
  );
}
