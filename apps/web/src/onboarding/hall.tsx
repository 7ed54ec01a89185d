import { EyeOff, KeyRound, Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import { activateLocale, currentLocale, type Locale, locales } from "../i18n/locale.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { rememberLocale } from "../settings/preferences.js";
import { Mark } from "../ui/mark.js";

/** What a newcomer stands in: on wide screens with what this place is, beside the form. */
export function Hall({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const locale = useObservable(currentLocale);
  const promises = [
    { icon: <EyeOff size={20} />, title: t("hall.read-title"), text: t("hall.read-text") },
    { icon: <Smartphone size={20} />, title: t("hall.number-title"), text: t("hall.number-text") },
    { icon: <KeyRound size={20} />, title: t("hall.keys-title"), text: t("hall.keys-text") },
  ];
  return (
    <div className="flex h-full">
      <aside className="conversation-ground relative hidden w-[44%] flex-col justify-between border-e border-line p-10 lg:flex xl:p-14">
        <div className="flex items-center gap-3">
          <Mark size={40} />
          <span className="text-title font-bold tracking-tight">Redoubt</span>
        </div>
        <div className="max-w-md">
          <h2 className="mb-8 text-display font-bold text-balance">{t("hall.title")}</h2>
          <ul className="space-y-6">
            {promises.map(({ icon, title, text }) => (
              <li key={title} className="flex gap-4">
                <span className="inline-flex size-10 shrink-0 items-center justify-center rounded-medium bg-accent-soft text-accent">
                  {icon}
                </span>
                <div>
                  <h3 className="font-bold">{title}</h3>
                  <p className="text-muted">{text}</p>
                </div>
              </li>
            ))}
          </ul>
        </div>
        <p className="text-small text-muted">{t("hall.licence")}</p>
      </aside>
      <main className="relative flex min-w-0 flex-1 flex-col overflow-y-auto bg-surface">
        <label className="absolute end-4 top-4 z-10">
          <span className="sr-only">{t("settings.language")}</span>
          <select
            value={locale}
            onChange={(event) => {
              const chosen = event.target.value as Locale;
              activateLocale(chosen);
              rememberLocale(chosen);
            }}
            className="rounded-medium border border-line bg-surface px-2.5 py-1.5 text-small"
          >
            {Object.entries(locales).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <div className="m-auto w-full max-w-md px-6 py-16">
          <div className="mb-6 lg:hidden">
            <Mark size={52} />
          </div>
          {children}
        </div>
      </main>
    </div>
  );
}
