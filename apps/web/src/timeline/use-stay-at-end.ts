import { type RefObject, useEffect, useRef } from "react";

/** Keeps the end in sight when its place gets smaller: a composer that grows must not cover what was said last. */
export function useStayAtEnd(scroller: RefObject<HTMLElement | null>, isAtEnd: boolean, scrollToEnd: () => void): void {
  const wasAtEnd = useRef(isAtEnd);
  wasAtEnd.current = isAtEnd;
  const element = scroller.current;
  useEffect(() => {
    if (element === null) return;
    let isFirst = true;
    const observer = new ResizeObserver(() => {
      // The first word is about the size as it is.
      if (!isFirst && wasAtEnd.current) scrollToEnd();
      isFirst = false;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, scrollToEnd]);
}
