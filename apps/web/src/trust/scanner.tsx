import jsQR from "jsqr";
import { useEffect, useRef, useState } from "react";
import { useText } from "../i18n/use-text.js";

interface ScannerProps {
  readonly onFound: (text: string) => void;
}

/** Milliseconds between two looks. */
const pause = 150;
/** The longest side that is looked at, in pixels. */
const side = 640;

/** Reads a QR code with the camera. The pictures stay in this component. */
export default function Scanner({ onFound }: ScannerProps) {
  const t = useText();
  const video = useRef<HTMLVideoElement>(null);
  const [isRefused, setRefused] = useState(false);
  const found = useRef(onFound);
  found.current = onFound;
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    let isOpen = true;
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const element = video.current;
      if (!isOpen || element === null) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      element.srcObject = stream;
      await element.play();
      timer = setInterval(() => {
        const text = readCode(element);
        if (text === undefined) return;
        clearInterval(timer);
        found.current(text);
      }, pause);
    };
    begin().catch(() => isOpen && setRefused(true));
    return () => {
      isOpen = false;
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  if (isRefused) return <p className="py-10 text-center text-danger">{t("verify.no-camera")}</p>;
  return (
    <div className="relative mx-auto aspect-square w-72 max-w-full overflow-hidden rounded-large bg-black">
      <video ref={video} muted playsInline aria-label={t("verify.scan")} className="size-full object-cover" />
      <div className="pointer-events-none absolute inset-8 rounded-medium border-3 border-white/80" />
    </div>
  );
}

function readCode(video: HTMLVideoElement): string | undefined {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return undefined;
  const scale = Math.min(1, side / Math.max(videoWidth, videoHeight));
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (context === null) return undefined;
  context.drawImage(video, 0, 0, width, height);
  return jsQR.default(context.getImageData(0, 0, width, height).data, width, height)?.data;
}
