import { Plus, X } from "lucide-react";
import { useState } from "react";
import { cleanName } from "../chats/clean-name.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { NameText } from "../ui/name-text.js";

interface ChoosePeopleProps {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** Who cannot be chosen. */
  readonly except?: readonly string[];
}

/** People by name: those that one knows, and anybody whose name is typed. */
export function ChoosePeople({ chosen, onChange, except = [] }: ChoosePeopleProps) {
  const t = useText();
  const { people, me } = useSession();
  const known = useObservable(people.known);
  const [typed, setTyped] = useState("");
  const name = cleanName(typed);
  const barred = new Set([...except, ...chosen, me.username]);
  const matching = [...known.values()].filter(({ username, state, name: display }) => {
    return (
      state === "accepted" && !barred.has(username) && (username.includes(name) || display.toLowerCase().includes(name))
    );
  });
  const add = (username: string) => {
    if (username !== "" && !barred.has(username)) onChange([...chosen, username]);
    setTyped("");
  };
  return (
    <div>
      {chosen.length > 0 && (
        <ul className="mb-3 flex flex-wrap gap-1.5">
          {chosen.map((username) => (
            <li key={username}>
              <button
                type="button"
                aria-label={t("choose.remove", { name: username })}
                onClick={() => onChange(chosen.filter((other) => other !== username))}
                className="inline-flex h-8 animate-rise items-center gap-1.5 rounded-full bg-accent-soft ps-3 pe-2 text-small font-semibold text-accent-strong"
              >
                <bdi>@{username}</bdi>
                <X size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add(name);
          }}
          aria-label={t("choose.label")}
          placeholder={t("choose.label")}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          className="h-11 min-w-0 flex-1 rounded-medium border border-line bg-raised px-3.5"
        />
        <Button look="plain" disabled={name === ""} onClick={() => add(name)} aria-label={t("choose.add")}>
          <Plus size={18} />
        </Button>
      </div>
      <ul className="-mx-2 mt-2 max-h-56 overflow-y-auto">
        {matching.slice(0, 50).map(({ username, name: display }) => (
          <li key={username}>
            <button
              type="button"
              onClick={() => add(username)}
              className="flex w-full items-center gap-3 rounded-medium p-2 text-start hover:bg-hover"
            >
              <Avatar title={display || username} id={username} size={36} />
              <span className="min-w-0">
                <NameText name={display || username} className="block truncate font-semibold" />
                <bdi className="block text-small text-muted">@{username}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
