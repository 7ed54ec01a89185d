import { useSyncExternalStore } from "react";
import type { AppUpdate } from "../engine/app-update.js";
import { useText } from "../i18n/use-text.js";
import { Button } from "../ui/button.js";

/** Offers the newer version; nothing is taken away from under what somebody is writing. */
export function UpdateNotice({ update }: { readonly update: AppUpdate }) {
  const t = useText();
  const isReady = useSyncExternalStore(update.subscribe, update.isReady);
  if (!isReady) return null;
  return (
    <div
      role="status"
      className="fixed start-4 bottom-4 z-40 flex animate-rise items-center gap-3 rounded-medium border border-line bg-raised py-2 ps-4 pe-2 shadow-raised"
    >
      {t("update.ready")}
      <Button onClick={update.take}>{t("update.take")}</Button>
    </div>
  );
}
