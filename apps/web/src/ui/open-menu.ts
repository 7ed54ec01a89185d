import type { ReactNode } from "react";

/** One thing that a menu offers. */
export interface MenuItem {
  readonly label: string;
  readonly icon: ReactNode;
  readonly run: () => void;
  readonly isDangerous?: boolean;
}

/** What is offered in a row above the other items, by its face alone. */
export interface MenuTile {
  readonly label: string;
  readonly face: ReactNode;
  readonly run: () => void;
  readonly isOn?: boolean;
}

/** A menu that is to be open, at a place of the window. */
export interface OpenMenu {
  /** In pixels. */
  readonly x: number;
  readonly y: number;
  readonly tiles?: readonly MenuTile[];
  readonly items: readonly MenuItem[];
}
