import { EmojiPicker } from "frimousse";
import { currentLocale } from "../i18n/locale.js";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";

interface EmojiGridProps {
  readonly onPick: (emoji: string) => void;
}

/** All emoji, to be searched and chosen. The data comes from our own server. */
export function EmojiGrid({ onPick }: EmojiGridProps) {
  const t = useText();
  const locale = useObservable(currentLocale);
  return (
    <EmojiPicker.Root
      columns={8}
      locale={locale === "fr" ? "fr" : "en"}
      emojibaseUrl="/emoji"
      onEmojiSelect={({ emoji }) => onPick(emoji)}
      className="flex h-80 w-full flex-col"
    >
      <EmojiPicker.Search
        autoFocus
        data-autofocus
        aria-label={t("emoji.search")}
        placeholder={t("emoji.search")}
        className="mb-2 h-10 rounded-full bg-sunken px-4 outline-none focus-visible:outline-2 focus-visible:outline-accent"
      />
      <EmojiPicker.Viewport className="min-h-0 flex-1 overflow-y-auto">
        <EmojiPicker.Loading className="flex h-full items-center justify-center text-muted">
          {t("emoji.loading")}
        </EmojiPicker.Loading>
        <EmojiPicker.Empty className="flex h-full items-center justify-center text-muted">
          {t("emoji.none")}
        </EmojiPicker.Empty>
        <EmojiPicker.List
          className="pb-2 select-none"
          components={{
            CategoryHeader: ({ category, ...rest }) => (
              <div {...rest} className="bg-raised px-1.5 py-1 text-small font-semibold text-muted">
                {category.label}
              </div>
            ),
            Row: ({ children, ...rest }) => (
              <div {...rest} className="flex">
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...rest }) => (
              <button
                type="button"
                {...rest}
                className="flex h-9.5 flex-1 items-center justify-center rounded-small text-[1.4rem] data-active:bg-hover"
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  );
}
