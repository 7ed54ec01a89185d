import { useText } from "../i18n/use-text.js";
import { ServerKnows } from "../trust/server-knows.js";
import { Dialog } from "../ui/dialog.js";
import { AppearanceSettings } from "./appearance-settings.js";
import { LockSettings } from "./lock-settings.js";
import { NotificationSettings } from "./notification-settings.js";
import { PrivacySettings } from "./privacy-settings.js";
import { ProfileSettings } from "./profile-settings.js";
import { StorageSettings } from "./storage-settings.js";

/** Everything that can be set, on one page. */
export default function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const sections = [
    { title: t("settings.profile"), content: <ProfileSettings /> },
    { title: t("settings.appearance"), content: <AppearanceSettings /> },
    { title: t("settings.notifications"), content: <NotificationSettings /> },
    { title: t("settings.privacy"), content: <PrivacySettings /> },
    { title: t("settings.storage"), content: [<StorageSettings key="room" />, <LockSettings key="lock" />] },
    { title: t("knows.title"), content: <ServerKnows /> },
  ];
  return (
    <Dialog title={t("settings.title")} onClose={onClose} isWide>
      <div className="-mx-5 divide-y divide-line">
        {sections.map(({ title, content }) => (
          <section key={title} aria-label={title} className="py-4">
            <h3 className="px-5 pb-1 text-small font-bold tracking-wide text-accent">{title}</h3>
            {content}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
