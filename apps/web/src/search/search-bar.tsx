import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useConversation } from "../conversation/conversation-context.js";
import { useText } from "../i18n/use-text.js";
import { IconButton } from "../ui/button.js";
import { useFound } from "./use-found.js";

interface SearchBarProps {
  readonly conversation: string;
  readonly onClose: () => void;
}

/** Looks for words in one conversation and goes from one find to the next. */
export default function SearchBar({ conversation, onClose }: SearchBarProps) {
  const t = useText();
  const { jumpTo } = useConversation();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const found = useFound(query.trim(), conversation) ?? [];
  const current = found[at]?.message;
  useEffect(() => {
    if (current !== undefined) jumpTo(current);
  }, [current, jumpTo]);
  const step = (by: number) => {
    if (found.length > 0) setAt((at + by + found.length) % found.length);
  };
  return (
    <search className="flex animate-rise items-center gap-1 border-b border-line bg-surface px-3 py-2">
      <input
        type="search"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
        }}
        aria-label={t("search.in-chat")}
        placeholder={t("search.in-chat")}
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: it was opened to be typed into
        autoFocus
        className="h-10 min-w-0 flex-1 rounded-full bg-sunken px-4 [&::-webkit-search-cancel-button]:hidden"
      />
      <span role="status" className="px-2 text-small whitespace-nowrap text-muted">
        {query.trim() !== "" && t("search.at", { at: found.length === 0 ? 0 : at + 1, count: found.length })}
      </span>
      <IconButton label={t("search.older")} disabled={found.length === 0} onClick={() => step(1)}>
        <ChevronUp size={20} />
      </IconButton>
      <IconButton label={t("search.newer")} disabled={found.length === 0} onClick={() => step(-1)}>
        <ChevronDown size={20} />
      </IconButton>
      <IconButton label={t("action.close")} onClick={onClose}>
        <X size={20} />
      </IconButton>
    </search>
  );
}
