import { Observable } from "../session/observable.js";

/** What opens over everything else. */
export type Panel = "none" | "new-chat" | "new-group" | "settings" | "palette" | "shortcuts";

export const openedPanel = new Observable<Panel>("none");

export function openPanel(panel: Panel): void {
  openedPanel.set(panel);
}
