import type { MessageInfo, TransferProgress } from "@redoubt/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { codeOf, explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { loadAttachment } from "./load-attachment.js";

export type AttachmentState =
  | { readonly kind: "absent" }
  | { readonly kind: "loading"; readonly progress: TransferProgress | undefined }
  | { readonly kind: "there"; readonly blob: Blob }
  | { readonly kind: "failed"; readonly reason: string };

/** A file of a message: absent until it is loaded. Leaving gives an unfinished load up. */
export function useAttachment(message: MessageInfo, index: number) {
  const { client } = useSession();
  const [state, setState] = useState<AttachmentState>({ kind: "absent" });
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const load = useCallback(async (): Promise<Blob | undefined> => {
    const controller = new AbortController();
    abort.current?.abort();
    abort.current = controller;
    setState({ kind: "loading", progress: undefined });
    try {
      const blob = await loadAttachment(client, message, index, {
        onProgress: (progress) => setState((now) => (now.kind === "loading" ? { kind: "loading", progress } : now)),
        signal: controller.signal,
      });
      setState({ kind: "there", blob });
      return blob;
    } catch (error) {
      if (controller.signal.aborted || codeOf(error) === "cancelled") setState({ kind: "absent" });
      else setState({ kind: "failed", reason: explain(error) });
      return undefined;
    }
  }, [client, message, index]);

  const cancel = useCallback(() => abort.current?.abort(), []);
  return { state, load, cancel };
}

/** An address for a blob, for as long as the component is there. */
export function useObjectUrl(blob: Blob | undefined, type: string): string | undefined {
  const [url, setUrl] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (blob === undefined) {
      setUrl(undefined);
      return;
    }
    const made = URL.createObjectURL(blob.slice(0, blob.size, type));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  return url;
}
