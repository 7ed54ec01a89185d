import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { Observable } from "../session/observable.js";
import { type Catalogue, en, type TextKey } from "./en.js";

/** Languages by their own names. */
export const locales = { en: "English", fr: "Français", fa: "فارسی" } as const;

export type Locale = keyof typeof locales;

const i18n = setupI18n();
i18n.setMessagesCompiler(compileMessage);

const others: Readonly<Record<Exclude<Locale, "en">, () => Promise<Catalogue>>> = {
  fr: () => import("./fr.js").then(({ fr }) => fr),
  fa: () => import("./fa.js").then(({ fa }) => fa),
};

/** The language that is shown. Changes once its texts are there. */
export const currentLocale = new Observable<Locale>("en");

function isLocale(text: string): text is Locale {
  return Object.hasOwn(locales, text);
}

/** The first of the wanted languages that there is. */
export function chooseLocale(wanted: readonly string[]): Locale {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLocale) ?? "en";
}

/** Shows everything in this language. */
export async function activateLocale(locale: Locale): Promise<void> {
  i18n.load(locale, locale === "en" ? en : await others[locale]());
  i18n.activate(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "fa" ? "rtl" : "ltr";
  currentLocale.set(locale);
}

/** A text of the catalogue, with its values put in; in a text from right to left each has the direction of its own. */
export function translate(key: TextKey, values: Record<string, string | number> = {}): string {
  if (currentLocale.get() !== "fa") return i18n._(key, values);
  const isolated = Object.entries(values).map(([name, value]) => {
    return [name, typeof value === "string" ? `\u2068${value}\u2069` : value] as const;
  });
  return i18n._(key, Object.fromEntries(isolated));
}
