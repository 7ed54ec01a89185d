import { type FormEvent, useState } from "react";
import { numberText } from "../i18n/format.js";
import { useText } from "../i18n/use-text.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";

interface ConfirmWordsProps {
  readonly words: readonly string[];
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** Two different places among so many, one in each half: nobody has then written down the first line alone. */
function twoPlaces(count: number): readonly [number, number] {
  const [a, b] = crypto.getRandomValues(new Uint32Array(2));
  const half = Math.floor(count / 2);
  return [(a ?? 0) % half, half + ((b ?? 0) % (count - half))];
}

/** Asks two of the words back. */
export function ConfirmWords({ words, onBack, onDone }: ConfirmWordsProps) {
  const t = useText();
  const [places] = useState(() => twoPlaces(words.length));
  const [typed, setTyped] = useState<readonly string[]>(["", ""]);
  const [isWrong, setWrong] = useState(false);
  const isRight = (i: number) => typed[i]?.trim().toLowerCase() === words[places[i] ?? -1];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isRight(0) && isRight(1)) onDone();
    else setWrong(true);
  };
  return (
    <form onSubmit={submit}>
      <h1 className="mb-2 text-title font-bold">{t("confirm.title")}</h1>
      <p className="mb-6 text-muted">{t("confirm.text")}</p>
      {places.map((place, i) => (
        <Field
          key={place}
          className="mb-2"
          label={t("confirm.word", { number: numberText(place + 1) })}
          value={typed[i] ?? ""}
          onChange={(event) => {
            setTyped(typed.with(i, event.target.value));
            setWrong(false);
          }}
          isBad={isWrong && !isRight(i)}
          hint={isWrong && !isRight(i) ? t("confirm.wrong") : undefined}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          dir="ltr"
          autoFocus={i === 0}
        />
      ))}
      <div className="mt-4 flex gap-2">
        <Button look="plain" onClick={onBack}>
          {t("confirm.back")}
        </Button>
        <Button type="submit" className="flex-1" disabled={typed.some((word) => word.trim() === "")}>
          {t("confirm.done")}
        </Button>
      </div>
    </form>
  );
}
