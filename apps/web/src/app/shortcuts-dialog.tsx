import type { TextKey } from "../i18n/en.js";
import { useText } from "../i18n/use-text.js";
import { Dialog } from "../ui/dialog.js";

const shortcuts: readonly (readonly [TextKey, readonly string[]])[] = [
  ["shortcut.palette", ["Ctrl", "K"]],
  ["shortcut.next", ["Alt", "↓"]],
  ["shortcut.previous", ["Alt", "↑"]],
  ["shortcut.new", ["Alt", "N"]],
  ["shortcut.settings", ["Ctrl", ","]],
  ["shortcut.send", ["Enter"]],
  ["shortcut.line", ["Shift", "Enter"]],
  ["shortcut.edit-last", ["↑"]],
  ["shortcut.cancel", ["Esc"]],
  ["shortcut.bold", ["Ctrl", "B"]],
  ["shortcut.italic", ["Ctrl", "I"]],
  ["shortcut.code", ["Ctrl", "E"]],
  ["shortcut.struck", ["Ctrl", "Shift", "X"]],
  ["shortcut.spoiler", ["Ctrl", "Shift", "P"]],
  ["shortcut.menu", ["Shift", "F10"]],
  ["shortcut.sheet", ["?"]],
];

/** All keys, in one sheet. */
export default function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("shortcut.title")} onClose={onClose} isWide>
      <dl className="grid gap-x-8 sm:grid-cols-2">
        {shortcuts.map(([key, keys]) => (
          <div key={key} className="flex items-center justify-between gap-4 border-b border-line py-2.5">
            <dt>{t(key)}</dt>
            <dd dir="ltr" className="flex gap-1">
              {keys.map((one) => (
                <kbd
                  key={one}
                  className="min-w-7 rounded-small border border-line bg-raised px-2 py-0.5 text-center font-sans text-small text-muted"
                >
                  {one}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
