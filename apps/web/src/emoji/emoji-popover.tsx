import { useEffect, useRef } from "react";
import { useText } from "../i18n/use-text.js";
import { EmojiGrid } from "./emoji-grid.js";

interface EmojiPopoverProps {
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}

/** The emoji above the composer. */
export default function EmojiPopover({ onPick, onClose }: EmojiPopoverProps) {
  const t = useText();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leave = (event: PointerEvent) => {
      if (!element.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [onClose]);
  return (
    <div
      ref={element}
      role="dialog"
      aria-label={t("composer.emoji")}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
      className="absolute end-3 bottom-full z-30 mb-2 w-[min(22rem,calc(100vw-1.5rem))] animate-rise rounded-large border border-line bg-raised p-3 shadow-raised"
    >
      <EmojiGrid onPick={onPick} />
    </div>
  );
}
