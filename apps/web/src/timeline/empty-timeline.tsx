import { LockKeyhole } from "lucide-react";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { NameText } from "../ui/name-text.js";

/** A conversation in which nothing was said yet. */
export function EmptyTimeline({ conversation }: { readonly conversation: string }) {
  const t = useText();
  const session = useSession();
  useObservable(session.list.conversations);
  const info = session.list.find(conversation);
  return (
    <div className="flex min-h-0 flex-1 items-center justify-center p-6">
      <div className="max-w-sm rounded-large bg-surface/95 p-6 text-center shadow-bubble">
        <span className="mx-auto mb-3 inline-flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent">
          <LockKeyhole size={22} />
        </span>
        <h2 className="mb-1 text-lead font-bold">
          <NameText name={info?.title ?? ""} />
        </h2>
        <p className="text-muted">{t(info?.kind === "group" ? "timeline.empty-group" : "timeline.empty-direct")}</p>
      </div>
    </div>
  );
}
