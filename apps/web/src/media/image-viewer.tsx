import { Download, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { IconButton } from "../ui/button.js";
import { saveToDisk } from "./save-to-disk.js";

interface ImageViewerProps {
  readonly url: string;
  readonly name: string;
  readonly blob: Blob;
  readonly onClose: () => void;
}

/** A picture, as large as the window; a press shows it in its own size. */
export default function ImageViewer({ url, name, blob, onClose }: ImageViewerProps) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isZoomed, setZoomed] = useState(false);
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const button = "bg-black/50 text-white hover:bg-black/80 hover:text-white";
  return (
    <dialog
      ref={dialog}
      aria-label={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="m-0 h-dvh max-h-none w-dvw max-w-none animate-appear bg-black/90 p-0"
    >
      <div className="absolute end-3 top-3 z-10 flex gap-2">
        <IconButton label={t("media.save")} className={button} onClick={() => saveToDisk(blob, name)}>
          <Download size={20} />
        </IconButton>
        <IconButton label={t("action.close")} className={button} onClick={onClose}>
          <X size={22} />
        </IconButton>
      </div>
      <button
        type="button"
        aria-label={t("media.zoom")}
        aria-pressed={isZoomed}
        onClick={() => setZoomed(!isZoomed)}
        className={`flex size-full items-center justify-center overflow-auto ${isZoomed ? "cursor-zoom-out" : "cursor-zoom-in"}`}
      >
        <img
          src={url}
          alt={name}
          draggable={false}
          className={isZoomed ? "m-auto max-w-none" : "max-h-full max-w-full object-contain"}
        />
      </button>
    </dialog>
  );
}
