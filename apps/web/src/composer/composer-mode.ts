import type { MessageInfo } from "@redoubt/client";

/** What the composer is about to do. */
export type ComposerMode =
  | { readonly kind: "write" }
  | { readonly kind: "reply"; readonly message: MessageInfo }
  | { readonly kind: "edit"; readonly message: MessageInfo };
