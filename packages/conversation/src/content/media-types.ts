/** Media types of the parts that Redoubt reads or writes; parameters are left out. */
export const mediaType = {
  plain: "text/plain",
  markdown: "text/markdown",
  /** https://evanw.github.io/thumbhash, in the unregistered tree. */
  thumbhash: "image/x.thumbhash",
  status: "application/mimi-message-status",
  typing: "application/vnd.redoubt.typing",
} as const;

/** A media type without its parameters, in lower case, and the parameters as `name=value`. */
export function splitMediaType(contentType: string): { readonly name: string; readonly parameters: readonly string[] } {
  const [name = "", ...parameters] = contentType.split(";").map((piece) => piece.trim().toLowerCase());
  return { name, parameters };
}
