import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import type { MenuItem, OpenMenu } from "./open-menu.js";

// What draws menus is heavy, and the first screen does without.
const PointMenu = lazy(() => import("./point-menu.js"));

/** A menu, and what opens it: below an element, or at a point. `node` belongs into the tree. */
export function useMenu() {
  const [menu, setMenu] = useState<OpenMenu | undefined>(undefined);
  const close = useCallback(() => setMenu(undefined), []);
  const openBelow = useCallback((element: Element, items: readonly MenuItem[]) => {
    const { left, right, bottom } = element.getBoundingClientRect();
    setMenu({ x: document.documentElement.dir === "rtl" ? right : left, y: bottom + 4, items });
  }, []);
  const node = useMemo(
    () => (
      <Suspense>{menu !== undefined && <PointMenu key={`${menu.x} ${menu.y}`} menu={menu} onClose={close} />}</Suspense>
    ),
    [menu, close],
  );
  return { node, open: setMenu, openBelow };
}
