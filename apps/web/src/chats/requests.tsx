import type { RequestInfo } from "@redoubt/client";
import { useState } from "react";
import { go } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { NameText } from "../ui/name-text.js";
import { tell } from "../ui/notices.js";

/** People who would like to talk: they learn nothing until they are answered. */
export function Requests() {
  const t = useText();
  const session = useSession();
  const requests = useObservable(session.list.requests);
  if (requests.length === 0) return null;
  return (
    <section aria-label={t("requests.title")} className="mx-3 mb-2 max-h-[45%] shrink-0 space-y-2 overflow-y-auto">
      {requests.map((request) => (
        <Request key={request.conversation} request={request} />
      ))}
    </section>
  );
}

function Request({ request }: { readonly request: RequestInfo }) {
  const t = useText();
  const { client, list } = useSession();
  const [isBusy, setBusy] = useState(false);
  const answer = (errand: () => Promise<void>, after: () => void) => {
    setBusy(true);
    errand()
      .then(after, (error: unknown) => tell(explain(error), "bad"))
      .finally(() => {
        setBusy(false);
        list.refresh();
      });
  };
  const { conversation, from, title } = request;
  const isGroup = title !== from;
  return (
    <div className="animate-rise rounded-medium border border-line bg-raised p-3">
      <div className="flex items-center gap-3">
        <Avatar title={title} id={title} size={40} isGroup={isGroup} />
        <div className="min-w-0 flex-1">
          <NameText name={title} className="block truncate font-bold" />
          <p className="text-small text-muted">
            {isGroup ? t("requests.invites", { name: `@${from}` }) : t("requests.wants")}
          </p>
        </div>
      </div>
      <div className="mt-3 grid grid-cols-2 gap-2">
        <Button
          look="plain"
          disabled={isBusy}
          onClick={() =>
            answer(
              () => client.block(conversation),
              () => tell(t("requests.blocked")),
            )
          }
        >
          {t("requests.block")}
        </Button>
        <Button
          isBusy={isBusy}
          onClick={() =>
            answer(
              () => client.accept(conversation),
              () => go({ place: "chat", conversation }),
            )
          }
        >
          {t("requests.accept")}
        </Button>
      </div>
    </div>
  );
}
