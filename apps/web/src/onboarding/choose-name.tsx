import type { Registered } from "@redoubt/client";
import { Check } from "lucide-react";
import { type FormEvent, useState } from "react";
import { cleanName } from "../chats/clean-name.js";
import type { RemoteClient } from "../engine/remote-client.js";
import { useText } from "../i18n/use-text.js";
import { codeOf, explain } from "../session/fault.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { Spinner } from "../ui/spinner.js";
import { useNameCheck } from "./use-name-check.js";

interface ChooseNameProps {
  readonly client: RemoteClient;
  readonly onRegistered: (registered: Registered) => void;
}

const inviteCodes = new Set(["invite-needed", "bad-invite"]);

/** Asks for a user name, and for nothing else. */
export function ChooseName({ client, onRegistered }: ChooseNameProps) {
  const t = useText();
  const [typed, setTyped] = useState("");
  const [invite, setInvite] = useState("");
  const [fault, setFault] = useState<{ readonly code: string; readonly text: string } | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [wantsInvite, setWantsInvite] = useState(false);
  const name = cleanName(typed);
  const check = useNameCheck(client, name);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || check === "taken" || check === "bad" || name === "") return;
    setBusy(true);
    setFault(undefined);
    try {
      onRegistered(await client.register(name, invite.trim() === "" ? {} : { invite: invite.trim() }));
    } catch (error) {
      const code = codeOf(error);
      setFault({ code, text: explain(error) });
      if (inviteCodes.has(code)) setWantsInvite(true);
      setBusy(false);
    }
  };

  const hints = {
    none: t("name.hint"),
    bad: t("name.bad"),
    checking: t("name.checking"),
    free: t("name.free", { name }),
    taken: t("name.taken", { name }),
    unknown: t("name.unknown"),
  };
  const isNameFault = fault !== undefined && !inviteCodes.has(fault.code);
  const signs = { checking: <Spinner />, free: <Check size={18} className="text-accent" /> };
  return (
    <form onSubmit={submit} noValidate>
      <h1 className="mb-2 text-title font-bold">{t("name.title")}</h1>
      <p className="mb-6 text-muted">{t("name.text")}</p>
      <Field
        label={t("name.label")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setFault(undefined);
        }}
        before={<span className="text-muted">@</span>}
        after={check === "checking" || check === "free" ? signs[check] : undefined}
        hint={isNameFault ? fault.text : hints[check]}
        isBad={isNameFault || check === "taken" || (check === "bad" && name.length >= 3)}
        disabled={isBusy}
        maxLength={64}
        autoCapitalize="none"
        autoComplete="username"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        autoFocus
      />
      {wantsInvite && (
        <Field
          className="mt-3"
          label={t("name.invite")}
          value={invite}
          onChange={(event) => setInvite(event.target.value)}
          hint={fault !== undefined && !isNameFault ? fault.text : undefined}
          isBad={fault !== undefined && !isNameFault}
          disabled={isBusy}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
        />
      )}
      <Button
        type="submit"
        className="mt-4 w-full"
        isBusy={isBusy}
        disabled={name === "" || check === "taken" || check === "bad"}
      >
        {t(isBusy ? "name.working" : "name.create")}
      </Button>
      <p aria-live="polite" className="mt-3 min-h-10 text-small text-muted">
        {isBusy ? t("name.work-why") : ""}
      </p>
    </form>
  );
}
