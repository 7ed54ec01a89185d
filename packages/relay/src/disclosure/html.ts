/** Markup that is safe to put in a page as it is. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Joins literal markup with values, each of which is escaped unless it is markup itself. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = literals.reduce((text, literal, at) => text + toMarkup(parts[at - 1] as Part) + literal);
  return { markup };
}

function toMarkup(part: Part): string {
  if (typeof part === "object" && "markup" in part) return part.markup;
  if (typeof part === "object") return part.map(({ markup }) => markup).join("");
  return visible(String(part)).replaceAll(/[&<>"']/g, (character) => entities[character] as string);
}

/** Characters that hide, or turn the reading direction, stand for themselves nowhere in a page. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "\u{fffd}");
}
