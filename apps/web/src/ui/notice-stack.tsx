import { CircleAlert, CircleCheck } from "lucide-react";
import { useObservable } from "../session/observable.js";
import { dismiss, notices } from "./notices.js";

/** Where notices stand, and are read out. */
export function NoticeStack() {
  const all = useObservable(notices);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-24 z-50 flex flex-col items-center gap-2 px-4"
    >
      {all.map(({ id, text, tone }) => (
        <button
          key={id}
          type="button"
          onClick={() => dismiss(id)}
          className={`pointer-events-auto inline-flex max-w-md animate-rise items-center gap-2.5 rounded-medium px-4 py-2.5 text-start text-body font-medium shadow-raised ${tone === "bad" ? "bg-danger-soft text-danger" : "bg-ink text-canvas"}`}
        >
          {tone === "bad" ? (
            <CircleAlert size={18} className="shrink-0" />
          ) : (
            <CircleCheck size={18} className="shrink-0" />
          )}
          {text}
        </button>
      ))}
    </div>
  );
}
