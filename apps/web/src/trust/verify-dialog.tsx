import type { Verification } from "@redoubt/client";
import { ScanLine, ShieldCheck } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Spinner } from "../ui/spinner.js";
import { QrCode } from "./qr-code.js";
import { codeText } from "./safety-code.js";

const Scanner = lazy(() => import("./scanner.js"));

interface VerifyDialogProps {
  readonly username: string;
  readonly onClose: () => void;
}

type Outcome = "none" | "equal" | "different";

/** The safety number of a contact: to be compared by eye or by camera, and confirmed. */
export default function VerifyDialog({ username, onClose }: VerifyDialogProps) {
  const t = useText();
  const { client, people } = useSession();
  const [verification, setVerification] = useState<Verification | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isScanning, setScanning] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>("none");
  useEffect(() => {
    client.verify(username).then(setVerification, (error: unknown) => setFault(explain(error)));
  }, [client, username]);

  const confirm = async () => {
    try {
      setVerification(await client.verify(username, { confirm: true }));
      people.refresh();
    } catch (error) {
      setFault(explain(error));
    }
  };
  const compare = (scanned: string) => {
    setScanning(false);
    const isEqual = verification !== undefined && scanned === codeText(verification.safetyNumber);
    setOutcome(isEqual ? "equal" : "different");
    if (isEqual) confirm();
  };
  const groups = verification?.safetyNumber.match(/\d{5}/g) ?? [];
  return (
    <Dialog
      title={t("verify.title", { name: username })}
      onClose={onClose}
      footer={
        verification && (
          <>
            <Button look="plain" onClick={() => setScanning(!isScanning)}>
              <ScanLine size={18} />
              {t(isScanning ? "verify.show-code" : "verify.scan")}
            </Button>
            {verification.confirmed ? (
              <span className="inline-flex items-center gap-2 px-3 font-semibold text-accent">
                <ShieldCheck size={19} />
                {t("verify.confirmed")}
              </span>
            ) : (
              <Button onClick={confirm}>{t("verify.confirm")}</Button>
            )}
          </>
        )
      }
    >
      <p className="mb-4 text-muted">{t("verify.text", { name: username })}</p>
      {outcome !== "none" && (
        <p
          role="alert"
          className={`mb-4 rounded-medium p-3 font-semibold ${outcome === "equal" ? "bg-accent-soft text-accent-strong" : "bg-danger-soft text-danger"}`}
        >
          {t(outcome === "equal" ? "verify.equal" : "verify.different")}
        </p>
      )}
      {fault !== undefined && <p className="text-danger">{fault}</p>}
      {verification === undefined && fault === undefined && (
        <div className="flex justify-center py-10 text-muted">
          <Spinner size={28} />
        </div>
      )}
      {verification !== undefined &&
        (isScanning ? (
          <Suspense>
            <Scanner onFound={compare} />
          </Suspense>
        ) : (
          <>
            <QrCode text={codeText(verification.safetyNumber)} label={t("verify.code", { name: username })} />
            <h3 className="mt-4 text-center text-small font-semibold text-muted">{t("verify.number")}</h3>
            <p
              dir="ltr"
              className="mt-1.5 grid grid-cols-4 gap-x-4 gap-y-1.5 text-center font-mono text-lead tracking-wider tabular-nums"
            >
              {groups.map((group, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a group of digits may stand twice
                <span key={i}>{group}</span>
              ))}
            </p>
          </>
        ))}
    </Dialog>
  );
}
