import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Spinner } from "../ui/spinner.js";

/** Milliseconds that a connection may take before a word is said about it. */
const patience = 1_500;

/** Says that there is no connection; nothing while there is one. */
export function ConnectionLine() {
  const t = useText();
  const session = useSession();
  const connection = useObservable(session.connection);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (connection === "online") {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div role="status" aria-live="polite">
      {isLate && connection !== "online" && (
        <p className="mx-3 mb-2 flex animate-rise items-center gap-2.5 rounded-medium bg-brass-soft px-3.5 py-2 text-small font-medium text-brass">
          {connection === "connecting" ? <Spinner size={15} /> : <CloudOff size={16} className="shrink-0" />}
          {t(connection === "connecting" ? "connection.connecting" : "connection.offline")}
        </p>
      )}
    </div>
  );
}
