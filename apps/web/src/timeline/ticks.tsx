import type { MessageInfo } from "@redoubt/client";
import { Check, CheckCheck, CircleAlert, Clock3 } from "lucide-react";
import { useText } from "../i18n/use-text.js";

/** How far a message of ours has got: to the relay, to all devices of somebody, or before their eyes. */
export function Ticks({ message }: { readonly message: MessageInfo }) {
  const t = useText();
  if (message.state === "failed")
    return <CircleAlert size={13} className="text-danger" aria-label={t("message.failed")} />;
  if (message.state === "pending") return <Clock3 size={12} aria-label={t("message.state-pending")} />;
  if (message.readBy.length > 0) {
    return <CheckCheck size={15} strokeWidth={2.5} className="text-accent" aria-label={t("message.state-read")} />;
  }
  if (message.deliveredTo.length > 0) return <CheckCheck size={15} aria-label={t("message.state-delivered")} />;
  return <Check size={14} aria-label={t("message.state-sent")} />;
}
