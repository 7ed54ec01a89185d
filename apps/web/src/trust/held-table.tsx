import type { HeldInfo } from "@redoubt/client";
import { useText } from "../i18n/use-text.js";

/** Everything that the relay can hold, by its own list, each with what was found of us and why it opens nothing. */
export function HeldTable({ inventory }: { readonly inventory: readonly HeldInfo[] }) {
  const t = useText();
  const found = ({ finding }: HeldInfo) => {
    if (finding.kind === "rows") return t("knows.count", { count: finding.count });
    return t(finding.kind === "unlinked" ? "knows.held-unlinked" : "knows.held-memory");
  };
  const heads = [t("knows.held-what"), t("knows.held-as"), t("knows.held-found"), t("knows.held-why")];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <div className="mt-2 max-h-96 overflow-auto text-small" tabIndex={0}>
      <table className="w-full border-collapse text-start">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} className="sticky top-0 bg-surface px-2 py-1.5 text-start font-bold">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inventory.map((held) => (
            <tr key={`${held.place} ${held.name}`} className="border-t border-line align-top">
              <td dir="ltr" className="px-2 py-1.5 font-mono wrap-anywhere">
                {held.name}
              </td>
              <td dir="ltr" className="px-2 py-1.5">
                {held.class}
              </td>
              <td className="px-2 py-1.5">{found(held)}</td>
              <td dir="ltr" className="px-2 py-1.5 text-muted">
                {held.opensNothing}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
