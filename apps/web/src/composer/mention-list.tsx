import { useText } from "../i18n/use-text.js";
import { Avatar } from "../ui/avatar.js";

const most = 6;

/** What follows the @ that is being typed at the caret; `undefined` if none is. */
export function mentionAt(text: string, caret: number): string | undefined {
  return /(?:^|[^\p{L}\p{N}_@])@([a-z0-9_]{0,32})$/iu.exec(text.slice(0, caret))?.[1];
}

/** Members whose names begin like this, then those that contain it. */
export function suggestionsFor(query: string, members: readonly string[]): readonly string[] {
  const wanted = query.toLowerCase();
  const beginning = members.filter((name) => name.startsWith(wanted));
  const inside = members.filter((name) => !name.startsWith(wanted) && wanted !== "" && name.includes(wanted));
  return [...beginning, ...inside].slice(0, most);
}

interface MentionListProps {
  readonly names: readonly string[];
  readonly chosen: number;
  readonly onChoose: (name: string) => void;
}

/** Whom an @ could mean. */
export function MentionList({ names, chosen, onChoose }: MentionListProps) {
  const t = useText();
  if (names.length === 0) return null;
  return (
    <ul
      aria-label={t("composer.mentions")}
      className="absolute start-4 bottom-full z-20 mb-2 min-w-56 animate-rise rounded-medium border border-line bg-raised p-1.5 shadow-raised"
    >
      {names.map((name, i) => (
        <li key={name}>
          <button
            type="button"
            aria-current={i === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(name)}
            className={`flex w-full items-center gap-2.5 rounded-small px-2 py-1.5 text-start ${i === chosen ? "bg-hover" : ""}`}
          >
            <Avatar title={name} id={name} size={26} />
            <bdi>@{name}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
