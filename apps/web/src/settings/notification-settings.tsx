import { Bell, Eye } from "lucide-react";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { tell } from "../ui/notices.js";
import { Switch } from "../ui/switch.js";
import { preferences, setPreferences } from "./preferences.js";

export function NotificationSettings() {
  const t = useText();
  const { notifies, notifiesContent } = useObservable(preferences);
  const turn = async (isOn: boolean) => {
    if (isOn && (!("Notification" in window) || (await Notification.requestPermission()) !== "granted")) {
      tell(t("notification.refused"), "bad");
      return;
    }
    setPreferences({ notifies: isOn });
  };
  return (
    <>
      <Switch label={t("notification.show")} icon={<Bell size={19} />} isOn={notifies} onChange={turn} />
      <Switch
        label={t("notification.content")}
        hint={t("notification.content-hint")}
        icon={<Eye size={19} />}
        isOn={notifiesContent}
        isDisabled={!notifies}
        onChange={(isOn) => setPreferences({ notifiesContent: isOn })}
      />
    </>
  );
}
