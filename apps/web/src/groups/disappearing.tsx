import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { Timer } from "lucide-react";
import type { TextKey } from "../i18n/en.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Choice } from "../ui/choice.js";
import { tell } from "../ui/notices.js";

/** Seconds from being read. */
const times: readonly (readonly [number, TextKey])[] = [
  [0, "disappearing.never"],
  [300, "disappearing.minutes"],
  [3_600, "disappearing.hour"],
  [86_400, "disappearing.day"],
  [604_800, "disappearing.week"],
  [2_419_200, "disappearing.month"],
];

interface DisappearingProps {
  readonly info: ConversationInfo;
  readonly group: GroupInfo | undefined;
  readonly mayChange: boolean;
}

/** After what time messages go by themselves. */
export function Disappearing({ info, group, mayChange }: DisappearingProps) {
  const t = useText();
  const { client } = useSession();
  if (group === undefined) return null;
  const known = times.some(([seconds]) => seconds === group.disappearing);
  const options = times.map(([seconds, key]) => ({ value: String(seconds), label: t(key) }));
  const odd = { value: String(group.disappearing), label: t("disappearing.seconds", { count: group.disappearing }) };
  return (
    <Choice
      label={t("disappearing.title")}
      icon={<Timer size={19} />}
      value={String(group.disappearing)}
      options={known ? options : [...options, odd]}
      isDisabled={!mayChange}
      onChange={(value) => {
        client
          .editGroup(info.conversation, { disappearing: Number(value) }, { wait: 5_000 })
          .catch((error: unknown) => tell(explain(error), "bad"));
      }}
    />
  );
}
