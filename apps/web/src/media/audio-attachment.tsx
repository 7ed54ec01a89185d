import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { durationText, sizeText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { Spinner } from "../ui/spinner.js";
import { showInvisible } from "../ui/visible-text.js";
import type { AttachmentProps } from "./attachment-props.js";
import { FileAttachment } from "./file-attachment.js";
import { useAttachment, useObjectUrl } from "./use-attachment.js";
import { barCount, waveformOf } from "./waveform.js";

/** Sound up to this size, in bytes, is loaded without being asked for: a voice note of some minutes. */
const unasked = 1_500_000;
const flat: readonly number[] = Array.from({ length: barCount }, () => 0.15);

/** A voice note or a piece of music: its waveform, which is also where one moves in it. */
export function AudioAttachment(props: AttachmentProps) {
  const { message, index, attachment } = props;
  const t = useText();
  const { state, load } = useAttachment(message, index);
  const audio = useRef<HTMLAudioElement>(null);
  const [bars, setBars] = useState(flat);
  const [length, setLength] = useState<number | undefined>(undefined);
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const blob = state.kind === "there" ? state.blob : undefined;
  const url = useObjectUrl(blob, attachment.type);
  const isSent = message.state !== "pending" && message.state !== "failed";

  useEffect(() => {
    if (isSent && attachment.size <= unasked) load();
  }, [isSent, attachment.size, load]);
  useEffect(() => {
    if (blob === undefined || blob.size > unasked) return;
    let isWanted = true;
    waveformOf(blob).then(
      ({ bars: measured, seconds }) => {
        if (!isWanted) return;
        setBars(measured);
        setLength(seconds);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [blob]);

  if (isBroken || state.kind === "failed") return <FileAttachment {...props} />;
  const press = async () => {
    if (url === undefined) await load();
    else if (isPlaying) audio.current?.pause();
    else await audio.current?.play();
  };
  const share = length === undefined || length === 0 ? 0 : at / length;
  const name = showInvisible(attachment.name);
  return (
    <div className="flex w-64 max-w-full items-center gap-3 py-1">
      {/* biome-ignore lint/a11y/useMediaCaption: what people say to each other has no captions */}
      <audio
        ref={audio}
        src={url}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onError={() => url !== undefined && setBroken(true)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => {
          const { duration } = event.currentTarget;
          if (Number.isFinite(duration)) setLength((known) => known ?? duration);
        }}
      />
      <button
        type="button"
        onClick={press}
        aria-label={t(isPlaying ? "media.pause" : "media.play", { name })}
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-strong"
      >
        {state.kind === "loading" ? (
          <Spinner size={20} />
        ) : isPlaying ? (
          <Pause size={20} />
        ) : (
          <Play size={20} className="ms-0.5" />
        )}
      </button>
      <div className="min-w-0 flex-1">
        <div className="relative flex h-8 items-center gap-0.5" dir="ltr">
          {bars.map((height, i) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: bars have no other identity
              key={i}
              style={{ height: `${Math.round(12 + 88 * height)}%` }}
              className={`flex-1 rounded-full bg-accent ${i / barCount < share ? "" : "opacity-35"}`}
            />
          ))}
          <input
            type="range"
            min={0}
            max={length ?? 0}
            step={0.1}
            value={at}
            disabled={length === undefined || url === undefined}
            aria-label={t("media.position", { name })}
            aria-valuetext={durationText(at)}
            onChange={(event) => {
              if (audio.current !== null) audio.current.currentTime = event.target.valueAsNumber;
            }}
            className="absolute inset-0 w-full cursor-pointer opacity-0 focus-visible:opacity-60"
          />
        </div>
        <p className="text-tiny opacity-80 tabular-nums">
          {length === undefined ? sizeText(attachment.size) : durationText(isPlaying || at > 0 ? at : length)}
        </p>
      </div>
    </div>
  );
}
