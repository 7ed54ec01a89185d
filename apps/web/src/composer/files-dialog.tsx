import { FileText, Film, Music, X } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { sizeText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { largestFile } from "../media/file-sources.js";
import { Button, IconButton } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { NameText } from "../ui/name-text.js";

interface FilesDialogProps {
  readonly files: readonly File[];
  readonly onSend: (files: readonly File[], caption: string) => void;
  readonly onClose: () => void;
}

/** Shows what is about to be sent, and takes a caption for it. */
export default function FilesDialog({ files, onSend, onClose }: FilesDialogProps) {
  const t = useText();
  const [kept, setKept] = useState(files);
  const [caption, setCaption] = useState("");
  const tooLarge = kept.filter(({ size }) => size > largestFile);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kept.length > 0 && tooLarge.length === 0) onSend(kept, caption);
  };
  const drop = (file: File) => {
    const rest = kept.filter((other) => other !== file);
    if (rest.length === 0) onClose();
    else setKept(rest);
  };
  return (
    <Dialog title={t("files.title", { count: kept.length })} onClose={onClose}>
      <form onSubmit={submit}>
        <ul className="mb-4 space-y-2">
          {kept.map((file) => (
            <li
              key={`${file.name} ${file.size} ${file.lastModified}`}
              className="flex items-center gap-3 rounded-medium bg-sunken p-2"
            >
              <Preview file={file} />
              <div className="min-w-0 flex-1">
                <NameText name={file.name} className="block truncate font-semibold" />
                <p className={`text-small ${file.size > largestFile ? "text-danger" : "text-muted"}`}>
                  {file.size > largestFile ? t("fault.file-too-large") : sizeText(file.size)}
                </p>
              </div>
              <IconButton label={t("files.leave-out", { name: file.name })} onClick={() => drop(file)}>
                <X size={18} />
              </IconButton>
            </li>
          ))}
        </ul>
        <div className="flex items-end gap-2">
          <input
            value={caption}
            onChange={(event) => setCaption(event.target.value)}
            aria-label={t("files.caption")}
            placeholder={t("files.caption")}
            dir="auto"
            className="h-11 min-w-0 flex-1 rounded-medium border border-line bg-raised px-3.5"
            data-autofocus
          />
          <Button type="submit" disabled={tooLarge.length > 0}>
            {t("composer.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Preview({ file }: { readonly file: File }) {
  const [url, setUrl] = useState<string | undefined>(undefined);
  const isImage = /^image\/(png|jpeg|webp|gif|avif)$/.test(file.type) && file.size < 40_000_000;
  useEffect(() => {
    if (!isImage) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file, isImage]);
  const look = "size-14 shrink-0 rounded-small object-cover";
  if (url !== undefined) return <img src={url} alt="" className={look} />;
  const Icon = file.type.startsWith("video/") ? Film : file.type.startsWith("audio/") ? Music : FileText;
  return (
    <span className={`${look} inline-flex items-center justify-center bg-accent-soft text-accent`}>
      <Icon size={24} />
    </span>
  );
}
