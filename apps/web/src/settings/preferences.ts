import { chooseLocale, type Locale } from "../i18n/locale.js";
import { Observable } from "../session/observable.js";

export type Theme = "system" | "light" | "dark";

/** What this browser is to look and behave like: kept beside the account, for it is needed before it opens. */
export interface Preferences {
  readonly theme: Theme;
  readonly locale: Locale | undefined;
  readonly notifies: boolean;
  /** Whether a notification shows who wrote and what. */
  readonly notifiesContent: boolean;
}

const key = "redoubt-preferences";
const initial: Preferences = { theme: "system", locale: undefined, notifies: false, notifiesContent: false };

function load(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof stored !== "object" || stored === null) return initial;
    const { theme, locale, notifies, notifiesContent } = stored as Record<string, unknown>;
    return {
      theme: theme === "light" || theme === "dark" ? theme : "system",
      locale: typeof locale === "string" ? chooseLocale([locale]) : undefined,
      notifies: notifies === true,
      notifiesContent: notifiesContent === true,
    };
  } catch {
    return initial;
  }
}

export const preferences = new Observable<Preferences>(load());

export function setPreferences(changes: Partial<Preferences>): void {
  preferences.update((now) => ({ ...now, ...changes }));
  localStorage.setItem(key, JSON.stringify(preferences.get()));
  applyTheme();
}

export function rememberLocale(locale: Locale): void {
  setPreferences({ locale });
}

/** The language to begin in: the one that was chosen, else the first of the browser's that there is. */
export function preferredLocale(): Locale {
  return preferences.get().locale ?? chooseLocale(navigator.languages);
}

/** Tells the style sheet; without a choice it follows the system. */
export function applyTheme(): void {
  const { theme } = preferences.get();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
