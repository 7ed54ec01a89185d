import { Languages, Palette } from "lucide-react";
import { activateLocale, currentLocale, type Locale, locales } from "../i18n/locale.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { Choice } from "../ui/choice.js";
import { preferences, rememberLocale, setPreferences } from "./preferences.js";

const codes = Object.keys(locales) as Locale[];

export function AppearanceSettings() {
  const t = useText();
  const { theme } = useObservable(preferences);
  const locale = useObservable(currentLocale);
  return (
    <>
      <Choice
        label={t("settings.theme")}
        icon={<Palette size={19} />}
        value={theme}
        options={[
          { value: "system", label: t("settings.theme-system") },
          { value: "light", label: t("settings.theme-light") },
          { value: "dark", label: t("settings.theme-dark") },
        ]}
        onChange={(chosen) => setPreferences({ theme: chosen })}
      />
      <Choice
        label={t("settings.language")}
        icon={<Languages size={19} />}
        value={locale}
        options={codes.map((code) => ({ value: code, label: locales[code] }))}
        onChange={(chosen) => {
          rememberLocale(chosen);
          activateLocale(chosen);
        }}
      />
    </>
  );
}
