import { History, OctagonAlert, X } from "lucide-react";
import { numberText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { IconButton } from "../ui/button.js";

/** Says loudly that somebody lied, and plainly what was lost. Nothing else ever stands here. */
export function AlarmBanners({ conversation }: { readonly conversation: string }) {
  const t = useText();
  const { alarms } = useSession();
  const now = useObservable(alarms.now).filter((alarm) => alarm.conversation === conversation);
  return now.map((alarm) => {
    const isAlarm = alarm.kind === "alarm";
    return (
      <div
        key={isAlarm ? `${alarm.alarm} ${alarm.seq}` : `lost ${alarm.from}`}
        role={isAlarm ? "alert" : "status"}
        className={`flex items-center gap-3 border-b px-4 py-2.5 text-small ${isAlarm ? "border-danger bg-danger-soft font-semibold text-danger" : "border-line bg-brass-soft text-brass"}`}
      >
        {isAlarm ? <OctagonAlert size={20} className="shrink-0" /> : <History size={18} className="shrink-0" />}
        <p className="flex-1">
          {isAlarm
            ? t("alarm.text", { alarm: alarm.alarm })
            : t("alarm.lost", { count: alarm.to - alarm.from + 1, number: numberText(alarm.to - alarm.from + 1) })}
        </p>
        <IconButton label={t("action.dismiss")} className="size-8" onClick={() => alarms.dismiss(alarm)}>
          <X size={18} />
        </IconButton>
      </div>
    );
  });
}
