import { type FormEvent, useState } from "react";
import { go } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Shield } from "../trust/shield.js";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Field } from "../ui/field.js";
import { NameText } from "../ui/name-text.js";
import { cleanName } from "./clean-name.js";

/** Finds somebody by their name and opens the conversation with them. */
export default function NewChatDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const session = useSession();
  const known = useObservable(session.people.known);
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const name = cleanName(typed);
  const matching = [...known.values()].filter(({ username, state }) => state === "accepted" && username.includes(name));

  const open = async (username: string) => {
    setBusy(true);
    setFault(undefined);
    try {
      const conversation = await session.client.directWith(username);
      session.list.refresh();
      go({ place: "chat", conversation });
      onClose();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name !== "") open(name);
  };
  return (
    <Dialog title={t("new-chat.title")} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={t("new-chat.name")}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setFault(undefined);
          }}
          before={<span className="text-muted">@</span>}
          hint={fault ?? t("new-chat.hint")}
          isBad={fault !== undefined}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          dir="ltr"
          data-autofocus
        />
        <Button type="submit" className="mt-2 w-full" isBusy={isBusy} disabled={name === ""}>
          {t(isBusy ? "new-chat.looking" : "new-chat.open")}
        </Button>
      </form>
      {matching.length > 0 && (
        <ul className="-mx-2 mt-4 border-t border-line pt-3">
          {matching.slice(0, 50).map((contact) => (
            <li key={contact.username}>
              <button
                type="button"
                disabled={isBusy}
                onClick={() => open(contact.username)}
                className="flex w-full items-center gap-3 rounded-medium p-2 text-start hover:bg-hover"
              >
                <Avatar title={contact.name || contact.username} id={contact.username} size={40} />
                <span className="min-w-0">
                  <span className="flex items-center gap-1.5">
                    <NameText name={contact.name || contact.username} className="truncate font-semibold" />
                    <Shield username={contact.username} size={15} />
                  </span>
                  <bdi className="block text-small text-muted">@{contact.username}</bdi>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
