import { useEffect } from "react";
import { numberText } from "../i18n/format.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";

/** Says in the tab's title how many conversations have something new; never from whom. */
export function useDocumentTitle(): void {
  const { list } = useSession();
  const conversations = useObservable(list.conversations);
  const fresh = conversations?.filter(({ unread, muted }) => unread > 0 && !((muted ?? 0) > Date.now())).length ?? 0;
  useEffect(() => {
    document.title = fresh === 0 ? "Redoubt" : `(${numberText(fresh)}) Redoubt`;
  }, [fresh]);
}
