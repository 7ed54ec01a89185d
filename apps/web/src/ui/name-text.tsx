import { showInvisible } from "./visible-text.js";

/** A name that somebody chose, set apart from the text around it: its direction is its own. */
export function NameText({ name, className = "" }: { readonly name: string; readonly className?: string }) {
  return (
    <bdi dir="auto" className={className}>
      {showInvisible(name)}
    </bdi>
  );
}
