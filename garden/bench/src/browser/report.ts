/** What the page tells the server. */
export type Report<Result = unknown> =
  | { readonly kind: "progress"; readonly what: string }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly message: string };
