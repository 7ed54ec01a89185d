import type { MessageInfo } from "@redoubt/client";
import { timeText } from "../i18n/format.js";
import { translate } from "../i18n/locale.js";
import { plainText } from "../text/parse-text.js";

/** What a message shows instead of a text, in one line. */
export function summaryOf(message: MessageInfo): string {
  if (message.deleted) return translate("message.deleted");
  if (message.unsupported) return translate("message.unsupported");
  if (message.text !== "") return plainText(message.text);
  const [first] = message.attachments;
  if (first === undefined) return "";
  const [family] = first.type.split("/");
  if (family === "image") return translate("media.photo");
  if (family === "video") return translate("media.video");
  if (family === "audio") return translate("media.audio");
  return translate("media.file");
}

/** A message as it is read out. */
export function describeMessage(message: MessageInfo, me: string): string {
  const from = message.from === me ? translate("message.you") : message.from;
  return translate("message.read-out", { from, text: summaryOf(message), time: timeText(message.at) });
}
