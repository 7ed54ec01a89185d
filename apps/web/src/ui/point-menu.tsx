import { DropdownMenu } from "radix-ui";
import { useRef } from "react";
import type { OpenMenu } from "./open-menu.js";

interface PointMenuProps {
  readonly menu: OpenMenu;
  readonly onClose: () => void;
}

/**
 * A menu at a point. Not modal: a modal one would put a style element into the page, which the content security policy
 * refuses.
 */
export default function PointMenu({ menu, onClose }: PointMenuProps) {
  const opener = useRef(document.activeElement);
  const { x, y, tiles = [], items } = menu;
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" className="pointer-events-none fixed size-0" style={{ left: x, top: y }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          collisionPadding={8}
          loop
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement && document.activeElement === document.body)
              opener.current.focus();
          }}
          className="z-50 max-h-[var(--radix-dropdown-menu-content-available-height)] min-w-52 animate-rise overflow-y-auto rounded-medium border border-line bg-raised p-1.5 text-ink shadow-raised"
        >
          {tiles.length > 0 && (
            <DropdownMenu.Group className="mb-1 flex justify-between gap-0.5 border-b border-line pb-1.5">
              {tiles.map(({ label, face, run, isOn = false }) => (
                <DropdownMenu.Item
                  key={label}
                  aria-label={label}
                  onSelect={run}
                  className={`flex size-9 cursor-default items-center justify-center rounded-full text-[1.35rem] leading-none text-muted outline-none data-highlighted:bg-hover ${isOn ? "bg-accent-soft" : ""}`}
                >
                  {face}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          )}
          {items.map(({ label, icon, run, isDangerous = false }) => (
            <DropdownMenu.Item
              key={label}
              onSelect={run}
              className={`flex cursor-default items-center gap-3 rounded-small px-3 py-2 text-body outline-none select-none data-highlighted:bg-hover [&_svg]:size-4.5 ${isDangerous ? "text-danger" : "[&_svg]:text-muted"}`}
            >
              {icon}
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
