import { useText } from "../i18n/use-text.js";
export function ServerKnows() {
  const t = useText();
  return <p className="px-5">{t("knows.text")}</p>;
}
