import { useEffect, useState } from "react";
import { useObservable } from "../session/observable.js";
import type { Timeline } from "./timeline.js";

/**
 * Counts a conversation as read while its end is before somebody's eyes.
 *
 * @returns the newest message that was seen
 */
export function useSeen(timeline: Timeline, isAtEnd: boolean): string | undefined {
  const { messages } = useObservable(timeline.state);
  const [seen, setSeen] = useState<string | undefined>(undefined);
  const newest = messages.at(-1)?.message;
  useEffect(() => {
    if (!isAtEnd || newest === undefined) return;
    const see = () => {
      if (document.visibilityState !== "visible") return;
      setSeen(newest);
      timeline.markRead();
    };
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [isAtEnd, newest, timeline]);
  return seen;
}
