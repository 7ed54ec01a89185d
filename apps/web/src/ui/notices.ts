import { Observable } from "../session/observable.js";

/** A short word to the person, which goes by itself. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: "calm" | "bad";
}

const shown = { calm: 3_000, bad: 7_000 } as const;
let count = 0;

export const notices = new Observable<readonly Notice[]>([]);

export function tell(text: string, tone: Notice["tone"] = "calm"): void {
  count += 1;
  const id = count;
  notices.update((all) => [...all.filter((notice) => notice.text !== text), { id, text, tone }].slice(-3));
  setTimeout(() => dismiss(id), shown[tone]);
}

export function dismiss(id: number): void {
  notices.update((all) => all.filter((notice) => notice.id !== id));
}
