import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { Ban } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { go } from "../app/route.js";
import { Disappearing } from "../groups/disappearing.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Shield } from "../trust/shield.js";
import { trustIn } from "../trust/trust-state.js";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { NameText } from "../ui/name-text.js";
import { tell } from "../ui/notices.js";
import { MuteRow } from "./mute-row.js";

const VerifyDialog = lazy(() => import("../trust/verify-dialog.js"));

interface ContactDetailsProps {
  readonly info: ConversationInfo;
  readonly group: GroupInfo | undefined;
}

/** The other person of a direct conversation. */
export function ContactDetails({ info, group }: ContactDetailsProps) {
  const t = useText();
  const session = useSession();
  const contact = useObservable(session.people.known).get(info.title);
  const picture = useObservable(session.people.pictures).get(info.title);
  const alarms = useObservable(session.alarms.now);
  const [isVerifying, setVerifying] = useState(false);
  const name = contact?.name || info.title;
  const trust = trustIn(contact, alarms, [info]);
  const block = () => {
    session.client.block(info.conversation).then(
      () => {
        tell(t("requests.blocked"));
        session.list.refresh();
        go({ place: "start" });
      },
      (error: unknown) => tell(explain(error), "bad"),
    );
  };
  return (
    <>
      <div className="flex flex-col items-center px-5 py-6 text-center">
        <Avatar title={name} id={info.title} size={96} picture={picture} />
        <h3 className="mt-3 max-w-full text-title font-bold wrap-anywhere">
          <NameText name={name} />
        </h3>
        <bdi className="text-muted">@{info.title}</bdi>
      </div>
      <button
        type="button"
        onClick={() => setVerifying(true)}
        className="mx-4 mb-2 flex w-[calc(100%-2rem)] items-start gap-3 rounded-medium bg-sunken p-4 text-start hover:bg-hover"
      >
        <Shield username={info.title} size={24} />
        <span>
          <span className="block font-bold">{t(`shield.${trust}`)}</span>
          <span className="block text-small text-muted">{t(`shield-more.${trust}`)}</span>
          <span className="mt-1 block text-small font-semibold text-accent">{t("verify.open")}</span>
        </span>
      </button>
      <MuteRow info={info} />
      <Disappearing info={info} group={group} mayChange={group !== undefined} />
      <div className="px-4 py-4">
        <Button look="plain" className="w-full text-danger!" onClick={block}>
          <Ban size={17} />
          {t("contact.block")}
        </Button>
      </div>
      <Suspense>{isVerifying && <VerifyDialog username={info.title} onClose={() => setVerifying(false)} />}</Suspense>
    </>
  );
}
