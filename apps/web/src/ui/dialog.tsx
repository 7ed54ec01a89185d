import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useText } from "../i18n/use-text.js";
import { IconButton } from "./button.js";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Below the content and always in sight. */
  readonly footer?: ReactNode;
  readonly isWide?: boolean;
}

/** A modal window: the browser's own, which keeps the focus inside and gives it back. */
export function Dialog({ title, onClose, children, footer, isWide = false }: DialogProps) {
  const t = useText();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={`m-auto max-h-[88dvh] w-full max-w-[calc(100vw-1.5rem)] animate-rise flex-col overflow-hidden rounded-large bg-surface p-0 text-ink shadow-raised open:flex ${isWide ? "sm:max-w-2xl" : "sm:max-w-md"}`}
    >
      <header className="flex items-center gap-2 py-3 ps-5 pe-3">
        <h2 id={id} className="min-w-0 flex-1 truncate text-lead font-bold">
          {title}
        </h2>
        <IconButton label={t("action.close")} onClick={onClose}>
          <X size={20} />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
      {footer && <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
    </dialog>
  );
}
