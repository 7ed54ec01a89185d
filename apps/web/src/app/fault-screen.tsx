import { useState } from "react";
import type { RemoteHome } from "../engine/remote-home.js";
import { useText } from "../i18n/use-text.js";
import { codeOf, explain } from "../session/fault.js";
import { Button } from "../ui/button.js";
import { Mark } from "../ui/mark.js";
import { EraseDialog } from "./erase-dialog.js";

interface FaultScreenProps {
  readonly home: RemoteHome;
  readonly error: unknown;
}

/** Where nothing can be shown: says why, and what can be done. */
export function FaultScreen({ home, error }: FaultScreenProps) {
  const t = useText();
  const [isErasing, setErasing] = useState(false);
  const code = codeOf(error);
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto p-6">
      <div role="alert" className="max-w-md text-center">
        <div className="mb-5 flex justify-center">
          <Mark size={56} />
        </div>
        <h1 className="mb-2 text-title font-bold">{t("fault.title")}</h1>
        <p className="mb-2">{explain(error)}</p>
        <p className="mb-6 font-mono text-small text-muted">{code}</p>
        <div className="flex flex-wrap justify-center gap-2">
          {code === "storage-cleared" ? (
            <Button onClick={() => setErasing(true)}>{t("fault.begin-anew")}</Button>
          ) : (
            <Button onClick={() => home.restart()}>{t("fault.restart")}</Button>
          )}
          <Button look="plain" onClick={() => location.reload()}>
            {t("fault.reload")}
          </Button>
        </div>
      </div>
      {isErasing && <EraseDialog home={home} onClose={() => setErasing(false)} />}
    </main>
  );
}
