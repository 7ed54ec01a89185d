import { HardDrive } from "lucide-react";
import { useEffect, useState } from "react";
import type { Room } from "../engine/remote-home.js";
import { sizeText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { useSession } from "../session/session-context.js";
import { tell } from "../ui/notices.js";
import { Switch } from "../ui/switch.js";

/** How much is kept here, and whether the browser may throw it away when space is short. */
export function StorageSettings() {
  const t = useText();
  const { home } = useSession().client;
  const [room, setRoom] = useState<Room | undefined>(undefined);
  useEffect(() => {
    home.room().then(setRoom, () => undefined);
  }, [home]);
  if (room === undefined) return null;
  const protect = async () => {
    if (!(await navigator.storage.persist())) tell(t("storage.refused"), "bad");
    setRoom(await home.room());
  };
  return (
    <Switch
      label={t("storage.keep")}
      hint={t("storage.used", { size: sizeText(room.used) })}
      icon={<HardDrive size={19} />}
      isOn={room.isKept}
      isDisabled={room.isKept}
      onChange={protect}
    />
  );
}
