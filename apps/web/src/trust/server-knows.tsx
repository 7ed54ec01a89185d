import type { DisclosureInfo } from "@redoubt/client";
import { CircleAlert, FileDown, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/use-text.js";
import { saveToDisk } from "../media/save-to-disk.js";
import { codeOf, explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { HeldTable } from "./held-table.js";

type Answer =
  | { readonly kind: "none" }
  | { readonly kind: "asking" }
  | { readonly kind: "told"; readonly disclosure: DisclosureInfo }
  | { readonly kind: "refused"; readonly text: string; readonly isFalse: boolean };

const falsehoods = new Set(["disclosure-false", "disclosure-key-changed"]);

/** What the relay holds on this account, asked of it now and believed only as it is signed. */
export function ServerKnows() {
  const t = useText();
  const { client, me } = useSession();
  const [answer, setAnswer] = useState<Answer>({ kind: "none" });
  const ask = async () => {
    setAnswer({ kind: "asking" });
    try {
      setAnswer({ kind: "told", disclosure: await client.discloseMe() });
    } catch (error) {
      setAnswer({ kind: "refused", text: explain(error), isFalse: falsehoods.has(codeOf(error)) });
    }
  };
  return (
    <div className="px-5 pt-1">
      <p className="mb-3 text-small text-muted">{t("knows.text")}</p>
      {answer.kind === "refused" && (
        <p
          role="alert"
          className={`mb-3 flex gap-2.5 rounded-medium p-3 text-small ${answer.isFalse ? "bg-danger-soft font-semibold text-danger" : "bg-brass-soft text-brass"}`}
        >
          <CircleAlert size={18} className="shrink-0" />
          {answer.text}
        </p>
      )}
      {answer.kind === "told" && <Told disclosure={answer.disclosure} username={me.username} />}
      <div className="flex flex-wrap gap-2">
        <Button look="plain" isBusy={answer.kind === "asking"} onClick={ask}>
          <RefreshCw size={17} />
          {t("knows.ask")}
        </Button>
        {answer.kind === "told" && (
          <Button look="plain" onClick={() => saveAll(answer.disclosure)}>
            <FileDown size={17} />
            {t("knows.save")}
          </Button>
        )}
      </div>
    </div>
  );
}

function saveAll({ files }: DisclosureInfo): void {
  for (const { path, content } of files) saveToDisk(new Blob([content.slice()]), `redoubt-disclosure-${path}`);
}

interface ToldProps {
  readonly disclosure: DisclosureInfo;
  readonly username: string;
}

function Told({ disclosure, username }: ToldProps) {
  const t = useText();
  const { account, absent, inventory, relay, isKeyNew, day } = disclosure;
  const waiting = account.inboxItems.reduce((sum, { count }) => sum + count, 0);
  const facts = [
    { what: t("knows.name"), value: `@${username}` },
    ...(account.entries ?? []).map((entry) => ({
      what: t("knows.entry", { kind: entry.kind }),
      value: t("knows.entry-value", { day: entry.day, count: entry.devices }),
    })),
    { what: t("knows.key-packages"), value: t("knows.count", { count: account.keyPackages }) },
    { what: t("knows.waiting"), value: t("knows.count", { count: waiting }) },
  ];
  return (
    <div className="mb-4 animate-rise space-y-4">
      <dl className="divide-y divide-line rounded-medium border border-line bg-raised">
        {facts.map(({ what, value }) => (
          <div key={what} className="flex justify-between gap-4 px-4 py-2.5">
            <dt className="text-muted">{what}</dt>
            <dd className="text-end font-semibold">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <section>
        <h4 className="mb-1.5 font-bold">{t("knows.absent")}</h4>
        <ul className="space-y-2">
          {absent.map(({ id, what, why }) => (
            <li key={id} dir="ltr" className="rounded-medium bg-accent-soft px-4 py-2.5">
              <span className="block font-semibold text-accent-strong">{what}</span>
              <span className="block text-small">{why}</span>
            </li>
          ))}
        </ul>
      </section>
      <details className="rounded-medium border border-line px-4 py-2.5">
        <summary className="font-semibold">{t("knows.inventory", { count: inventory.length })}</summary>
        <HeldTable inventory={inventory} />
      </details>
      <p className="text-small text-muted">{t(isKeyNew ? "knows.signed-first" : "knows.signed", { relay, day })}</p>
    </div>
  );
}
