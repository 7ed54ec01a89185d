import { memo, type ReactNode, useMemo, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { markWords } from "./mark-words.js";
import { type Block, isJumbo, parseText, type Span } from "./parse-text.js";

interface RichTextProps {
  readonly text: string;
  readonly mentions: readonly string[];
  /** Our own user name, which stands out. */
  readonly me: string;
  /** Words that are looked for. */
  readonly words?: readonly string[];
  /** Stands behind the last line: room for what is drawn over its end. */
  readonly tail?: ReactNode;
}

/** A message's text, as nodes. Each paragraph has the direction of its own first letter. */
export const RichText = memo(function RichText({ text, mentions, me, words = [], tail }: RichTextProps) {
  const blocks = useMemo(() => parseText(text, new Set(mentions)), [text, mentions]);
  if (isJumbo(text)) return <p className="text-[2.75rem] leading-tight">{text}</p>;
  return (
    <div className="wrap-anywhere whitespace-pre-wrap">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no other identity, and the text never changes in place
        <BlockNode key={i} block={block} me={me} words={words} tail={i === blocks.length - 1 ? tail : undefined} />
      ))}
    </div>
  );
});

/** Whether there is room for a footer on the last line: it ends where lines of this direction do. */
export function hasTail(text: string, isRightToLeft: boolean): boolean {
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  if (isJumbo(text) || last.startsWith(">") || last.endsWith("```")) return false;
  return /^[^\p{L}]*[\u0590-\u08ff]/u.test(last) === isRightToLeft;
}

interface Context {
  readonly me: string;
  readonly words: readonly string[];
}

function BlockNode({ block, tail, ...context }: { readonly block: Block; readonly tail: ReactNode } & Context) {
  if (block.kind === "code") {
    return (
      <pre
        dir="ltr"
        className="my-1 overflow-x-auto rounded-small bg-ink/8 p-2.5 font-mono text-small whitespace-pre-wrap"
      >
        <code>{block.text}</code>
      </pre>
    );
  }
  if (block.kind === "quote") {
    return (
      <blockquote dir="auto" className="my-1 border-s-3 border-accent/60 ps-2.5 opacity-90">
        <Spans spans={block.spans} {...context} />
      </blockquote>
    );
  }
  return (
    <p dir="auto">
      <Spans spans={block.spans} {...context} />
      {tail}
    </p>
  );
}

function Spans({ spans, ...context }: { readonly spans: readonly Span[] } & Context): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: spans have no other identity
  return spans.map((span, i) => <SpanNode key={i} span={span} {...context} />);
}

function SpanNode({ span, ...context }: { readonly span: Span } & Context): ReactNode {
  switch (span.kind) {
    case "text":
      return markWords(span.text, context.words);
    case "code":
      return (
        <code dir="ltr" className="rounded-[0.3rem] bg-ink/8 px-1 py-0.5 font-mono text-[0.9em]">
          {span.text}
        </code>
      );
    case "mention":
      return (
        <span
          dir="ltr"
          className={`font-semibold text-accent ${span.name === context.me ? "rounded-[0.3rem] bg-mark px-0.5 text-ink" : ""}`}
        >
          @{span.name}
        </span>
      );
    case "link":
      return (
        <a
          href={span.href}
          target="_blank"
          rel="noopener noreferrer"
          className="text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
        >
          <bdi>{span.text}</bdi>
          {span.host !== undefined && <bdi className="opacity-80"> ({span.host})</bdi>}
        </a>
      );
    case "bold":
      return (
        <strong className="font-bold">
          <Spans spans={span.spans} {...context} />
        </strong>
      );
    case "italic":
      return (
        <em className="italic">
          <Spans spans={span.spans} {...context} />
        </em>
      );
    case "struck":
      return (
        <s>
          <Spans spans={span.spans} {...context} />
        </s>
      );
    case "spoiler":
      return (
        <Spoiler>
          <Spans spans={span.spans} {...context} />
        </Spoiler>
      );
  }
}

function Spoiler({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const [isShown, setShown] = useState(false);
  if (isShown) return <span className="rounded-[0.3rem] bg-ink/8 px-0.5">{children}</span>;
  return (
    <button
      type="button"
      aria-label={t("message.spoiler")}
      onClick={() => setShown(true)}
      className="rounded-[0.3rem] bg-current px-0.5 align-baseline [&_*]:invisible"
    >
      <span className="invisible">{children}</span>
    </button>
  );
}
