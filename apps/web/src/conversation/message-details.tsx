import type { MessageInfo } from "@redoubt/client";
import { Check, CheckCheck } from "lucide-react";
import type { ReactNode } from "react";
import { fullWhen } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { Dialog } from "../ui/dialog.js";

interface MessageDetailsProps {
  readonly message: MessageInfo;
  readonly onClose: () => void;
}

/** Who has got a message of ours, and who has read it. */
export default function MessageDetails({ message, onClose }: MessageDetailsProps) {
  const t = useText();
  const onlyDelivered = message.deliveredTo.filter((name) => !message.readBy.includes(name));
  return (
    <Dialog title={t("message.details")} onClose={onClose}>
      <p className="mb-4 text-muted">{t("message.sent-at", { when: fullWhen(message.at) })}</p>
      <NameList
        title={t("message.read-by")}
        icon={<CheckCheck size={17} className="text-accent" />}
        names={message.readBy}
      />
      <NameList title={t("message.delivered-to")} icon={<Check size={17} />} names={onlyDelivered} />
      {message.readBy.length + onlyDelivered.length === 0 && <p>{t("message.nobody-yet")}</p>}
    </Dialog>
  );
}

interface NameListProps {
  readonly title: string;
  readonly icon: ReactNode;
  readonly names: readonly string[];
}

function NameList({ title, icon, names }: NameListProps) {
  if (names.length === 0) return null;
  return (
    <section className="mb-4">
      <h3 className="mb-1 flex items-center gap-2 text-small font-bold">
        {icon}
        {title}
      </h3>
      <ul className="ps-6.5">
        {names.map((name) => (
          <li key={name}>
            <bdi>@{name}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
