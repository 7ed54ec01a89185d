import { currentLocale, translate } from "./locale.js";

const cache = new Map<string, Intl.DateTimeFormat>();

/** The shown language as the person's region writes it, if the browser says so. Some say what `Intl` does not take. */
function region(): string {
  const locale = currentLocale.get();
  const isRegional = (tag: string) => /^[a-z]{2}-[a-z]{2}$/i.test(tag) && tag.slice(0, 2).toLowerCase() === locale;
  return navigator.languages.find(isRegional) ?? locale;
}

function format(at: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${region()} ${name}`;
  const formatter = cache.get(key) ?? new Intl.DateTimeFormat(region(), options);
  cache.set(key, formatter);
  return formatter.format(at);
}

/** The day's beginning in local time, in milliseconds since 1970. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

const day = 86_400_000;

function daysAgo(at: number, now: number): number {
  return Math.round((dayOf(now) - dayOf(at)) / day);
}

/** 14:05 */
export function timeText(at: number): string {
  return format(at, "time", { hour: "2-digit", minute: "2-digit" });
}

/** Today, yesterday, a weekday of the last six, or the date. */
export function dayText(at: number, now: number): string {
  const ago = daysAgo(at, now);
  if (ago === 0) return translate("time.today");
  if (ago === 1) return translate("time.yesterday");
  if (ago > 1 && ago < 7) return format(at, "weekday", { weekday: "long" });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return isThisYear
    ? format(at, "month", { day: "numeric", month: "long" })
    : format(at, "year", { day: "numeric", month: "long", year: "numeric" });
}

/** The time if it is today, else the day as short as it can be. */
export function shortWhen(at: number, now: number): string {
  const ago = daysAgo(at, now);
  if (ago <= 0) return timeText(at);
  if (ago < 7) return format(at, "short", { weekday: "short" });
  return format(at, "date", { day: "numeric", month: "numeric", year: "2-digit" });
}

/** Day and time in full. */
export function fullWhen(at: number): string {
  return format(at, "full", { dateStyle: "full", timeStyle: "short" });
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size in bytes, in the largest unit that leaves at least 1. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(region(), {
    style: "unit",
    unit: units[power] as string,
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power > 1 ? 1 : 0,
  }).format(bytes / 1000 ** power);
}

export function numberText(number: number): string {
  return new Intl.NumberFormat(region()).format(number);
}

/** 1:07 */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const digits = new Intl.NumberFormat(region(), { minimumIntegerDigits: 2, useGrouping: false });
  return `${numberText(Math.floor(whole / 60))}:${digits.format(whole % 60)}`;
}
