import type { Figure } from "../figure.js";

/** What the page tells the server. */
export type Report<Result = unknown> =
  | { readonly kind: "figures"; readonly figures: readonly Figure[] }
  | { readonly kind: "progress"; readonly what: string }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly message: string };
