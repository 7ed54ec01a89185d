import type { MessageInfo } from "@redoubt/client";
import { useEffect, useState } from "react";
import { useSession } from "../session/session-context.js";

/** Messages that are shown of what was found. */
const most = 100;

/** The messages with these words, in one conversation or in all; the last ones found while the next are looked for. */
export function useFound(query: string, conversation?: string): readonly MessageInfo[] | undefined {
  const { client } = useSession();
  const [found, setFound] = useState<readonly MessageInfo[] | undefined>(undefined);
  useEffect(() => {
    if (query === "") {
      setFound(undefined);
      return;
    }
    let isWanted = true;
    client.search(query, { limit: most, ...(conversation === undefined ? {} : { conversation }) }).then(
      (messages) => isWanted && setFound(messages),
      () => isWanted && setFound([]),
    );
    return () => {
      isWanted = false;
    };
  }, [client, query, conversation]);
  return found;
}

/** The words of a query, as they are marked in what was found. */
export function wordsOf(query: string): readonly string[] {
  return query.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== "");
}
