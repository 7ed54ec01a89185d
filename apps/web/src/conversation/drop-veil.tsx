import { Upload } from "lucide-react";
import { useText } from "../i18n/use-text.js";

/** Over the conversation while files are held above it. */
export function DropVeil() {
  const t = useText();
  return (
    <div className="pointer-events-none absolute inset-3 z-30 flex animate-appear flex-col items-center justify-center gap-3 rounded-large border-2 border-dashed border-accent bg-accent-soft/95 text-accent">
      <Upload size={40} strokeWidth={1.5} />
      <p className="text-lead font-semibold">{t("files.drop")}</p>
    </div>
  );
}
