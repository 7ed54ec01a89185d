import { type DragEvent, useCallback, useRef, useState } from "react";

/** Files that are drawn onto the conversation, until they are taken. */
export function useDrop(isOpen: boolean) {
  const [dropped, setDropped] = useState<readonly File[]>([]);
  const [isOver, setOver] = useState(false);
  // Entering a child leaves the parent: only the outermost pair counts.
  const depth = useRef(0);
  const takeFiles = useCallback((files: readonly File[]) => setDropped(files), []);
  const brings = (event: DragEvent) => isOpen && event.dataTransfer.types.includes("Files");
  const handlers = {
    onDragEnter: (event: DragEvent) => {
      if (!brings(event)) return;
      depth.current += 1;
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!brings(event)) return;
      depth.current -= 1;
      if (depth.current <= 0) setOver(false);
    },
    onDragOver: (event: DragEvent) => {
      if (brings(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!brings(event)) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      setDropped((files) => [...files, ...event.dataTransfer.files]);
    },
  };
  return { dropped, takeFiles, isOver, handlers };
}
