import { Mic, SendHorizontal, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { durationText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { IconButton } from "../ui/button.js";
import { tell } from "../ui/notices.js";
import { type Recording, startRecording } from "./record-voice.js";

interface VoiceButtonProps {
  readonly onRecorded: (file: File) => void;
}

/** Records a voice note: pressed once it begins, then it is sent or thrown away. */
export function VoiceButton({ onRecorded }: VoiceButtonProps) {
  const t = useText();
  const [recording, setRecording] = useState<Recording | undefined>(undefined);
  const [seconds, setSeconds] = useState(0);
  const current = useRef<Recording | undefined>(undefined);
  current.current = recording;
  useEffect(() => () => current.current?.cancel(), []);
  useEffect(() => {
    if (recording === undefined) return;
    const timer = setInterval(() => setSeconds((now) => now + 1), 1_000);
    return () => clearInterval(timer);
  }, [recording]);

  const begin = async () => {
    try {
      setSeconds(0);
      setRecording(await startRecording());
    } catch {
      tell(t("voice.no-microphone"), "bad");
    }
  };
  const finish = async () => {
    const file = await recording?.finish();
    setRecording(undefined);
    if (file !== undefined && file.size > 0) onRecorded(file);
  };
  if (recording === undefined) {
    return (
      <IconButton label={t("voice.record")} className="mb-0.5" onClick={begin}>
        <Mic size={21} />
      </IconButton>
    );
  }
  return (
    <div className="mb-0.5 flex items-center gap-1">
      <span role="timer" className="flex items-center gap-2 px-2 font-semibold text-danger tabular-nums">
        <span className="size-2.5 animate-shimmer rounded-full bg-danger" />
        {durationText(seconds)}
      </span>
      <IconButton
        label={t("voice.discard")}
        onClick={() => {
          recording.cancel();
          setRecording(undefined);
        }}
      >
        <Trash2 size={19} />
      </IconButton>
      <button
        type="button"
        onClick={finish}
        aria-label={t("voice.send")}
        title={t("voice.send")}
        className="inline-flex size-10 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-strong"
      >
        <SendHorizontal size={20} className="rtl:-scale-x-100" />
      </button>
    </div>
  );
}
