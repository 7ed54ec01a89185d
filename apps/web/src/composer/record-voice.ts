/** A voice note that is being recorded. */
export interface Recording {
  /** Ends it and gives what was said. */
  finish(): Promise<File>;
  /** Ends it and keeps nothing. */
  cancel(): void;
}

const kinds = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/mp4", "m4a"],
] as const;

/** Begins to record. @throws DOMException if there is no microphone or it may not be used */
export async function startRecording(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [type, extension] = kinds.find(([kind]) => MediaRecorder.isTypeSupported(kind)) ?? ["", "webm"];
  const recorder = new MediaRecorder(stream, type === "" ? {} : { mimeType: type, audioBitsPerSecond: 32_000 });
  const chunks: Blob[] = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
  };
  recorder.start();
  return {
    finish: () =>
      new Promise((resolve) => {
        recorder.onstop = () => {
          const [plainType = "audio/webm"] = recorder.mimeType.split(";");
          resolve(new File(chunks, `voice-note.${extension}`, { type: plainType }));
        };
        stop();
      }),
    cancel: stop,
  };
}
