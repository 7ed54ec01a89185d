import { type MouseEvent, type PointerEvent, useRef } from "react";

/** Milliseconds that a finger must rest for a menu. */
const longPress = 500;
/** Pixels that it may move meanwhile. */
const slack = 10;

/** Where a menu was asked for, and on what. */
export type MenuWish = (target: Element, x: number, y: number) => void;

/**
 * Hears every wish for a menu: right click, menu key, and the long press, which not all browsers tell as such. Links and
 * selected text keep the browser's own menu.
 */
export function useMenuWish(wish: MenuWish) {
  const press = useRef<{ readonly timer: ReturnType<typeof setTimeout>; readonly x: number; readonly y: number }>(
    undefined,
  );
  const end = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  };
  return {
    onContextMenu: (event: MouseEvent) => {
      const target = event.target as Element;
      const isSelected = (getSelection()?.toString() ?? "") !== "" && event.isTrusted;
      if (target.closest("a, video, input, textarea") !== null || isSelected) return;
      event.preventDefault();
      end();
      // The menu key has no place of its own.
      const box = target.getBoundingClientRect();
      const isByKey = event.clientX === 0 && event.clientY === 0;
      wish(target, isByKey ? box.left + 24 : event.clientX, isByKey ? box.top + 24 : event.clientY);
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== "touch") return;
      const { target, clientX: x, clientY: y } = event;
      end();
      const timer = setTimeout(() => {
        press.current = undefined;
        wish(target as Element, x, y);
      }, longPress);
      press.current = { timer, x, y };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = press.current;
      if (start !== undefined && Math.hypot(event.clientX - start.x, event.clientY - start.y) > slack) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
