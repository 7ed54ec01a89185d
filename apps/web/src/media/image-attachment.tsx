import { ImageOff } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { thumbHashToApproximateAspectRatio, thumbHashToDataURL } from "thumbhash";
import { useText } from "../i18n/use-text.js";
import { showInvisible } from "../ui/visible-text.js";
import type { AttachmentProps } from "./attachment-props.js";
import { FileAttachment } from "./file-attachment.js";
import { isSafeImage } from "./image-limits.js";
import { Progress } from "./progress.js";
import { useAttachment, useObjectUrl } from "./use-attachment.js";

const ImageViewer = lazy(() => import("./image-viewer.js"));

/** Pictures up to this size, in bytes, are loaded without being asked for. */
const unasked = 12_000_000;
/** In pixels. */
const [widest, tallest] = [320, 380] as const;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A picture: first its hint, then itself, large at a press. What would unfold beyond measure stays a file. */
export function ImageAttachment(props: AttachmentProps) {
  const { message, index, attachment } = props;
  const t = useText();
  const { state, load } = useAttachment(message, index);
  const [isSafe, setSafe] = useState<boolean | undefined>(undefined);
  const [isBroken, setBroken] = useState(false);
  const [isLarge, setLarge] = useState(false);
  const blob = state.kind === "there" ? state.blob : undefined;
  const url = useObjectUrl(isSafe === true ? blob : undefined, attachment.type);
  const isSent = message.state !== "pending" && message.state !== "failed";
  const { hint, ratio } = useMemo(() => hintOf(attachment.thumbhash), [attachment.thumbhash]);

  useEffect(() => {
    if (isSent && attachment.size <= unasked) load();
  }, [isSent, attachment.size, load]);
  useEffect(() => {
    if (blob === undefined) return;
    let isWanted = true;
    isSafeImage(blob).then((is) => isWanted && setSafe(is));
    return () => {
      isWanted = false;
    };
  }, [blob]);

  if (isSafe === false || isBroken) {
    return (
      <div className="px-2 pt-1">
        <p className="mb-1 flex items-center gap-2 text-small opacity-80">
          <ImageOff size={16} />
          {t("media.unsafe-image")}
        </p>
        <FileAttachment {...props} />
      </div>
    );
  }
  const width = Math.min(widest, Math.round(tallest * ratio));
  const name = showInvisible(attachment.name);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setLarge(true);
          if (state.kind === "absent" || state.kind === "failed") load();
        }}
        aria-label={t("media.open-image", { name })}
        style={{
          width,
          aspectRatio: ratio,
          ...(hint === undefined ? {} : { backgroundImage: `url(${hint})`, backgroundSize: "cover" }),
        }}
        className="relative block max-w-full overflow-hidden rounded-[0.95rem] bg-sunken"
      >
        {url !== undefined && (
          <img
            src={url}
            alt={name}
            decoding="async"
            draggable={false}
            onError={() => setBroken(true)}
            className="size-full animate-appear object-cover"
          />
        )}
        {url === undefined && <Progress state={state} message={message} size={attachment.size} />}
      </button>
      <Suspense>
        {isLarge && url !== undefined && blob !== undefined && (
          <ImageViewer url={url} name={name} blob={blob} onClose={() => setLarge(false)} />
        )}
      </Suspense>
    </>
  );
}

function hintOf(thumbhash: string | undefined): { readonly hint: string | undefined; readonly ratio: number } {
  try {
    if (thumbhash === undefined) return { hint: undefined, ratio: 4 / 3 };
    const bytes = bytesOf(thumbhash);
    const ratio = Math.max(0.4, Math.min(2.5, thumbHashToApproximateAspectRatio(bytes)));
    return { hint: thumbHashToDataURL(bytes), ratio };
  } catch {
    return { hint: undefined, ratio: 4 / 3 };
  }
}
