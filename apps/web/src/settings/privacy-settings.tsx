import type { PrivacyInfo } from "@redoubt/client";
import { CheckCheck, Keyboard } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { tell } from "../ui/notices.js";
import { Switch } from "../ui/switch.js";

/** What others are let know. Who does not tell is not told either. */
export function PrivacySettings() {
  const t = useText();
  const { client } = useSession();
  const [privacy, setPrivacy] = useState<PrivacyInfo | undefined>(undefined);
  useEffect(() => {
    client.settings().then(setPrivacy, (error: unknown) => tell(explain(error), "bad"));
  }, [client]);
  if (privacy === undefined) return null;
  const change = (changes: Partial<PrivacyInfo>) => {
    client.settings(changes).then(setPrivacy, (error: unknown) => tell(explain(error), "bad"));
  };
  return (
    <>
      <Switch
        label={t("privacy.receipts")}
        hint={t("privacy.receipts-hint")}
        icon={<CheckCheck size={19} />}
        isOn={privacy.receipts}
        onChange={(receipts) => change({ receipts })}
      />
      <Switch
        label={t("privacy.typing")}
        hint={t("privacy.typing-hint")}
        icon={<Keyboard size={19} />}
        isOn={privacy.typing}
        onChange={(typing) => change({ typing })}
      />
    </>
  );
}
