import type { Registered } from "@redoubt/client";
import { useEffect, useState } from "react";
import type { RemoteClient } from "../engine/remote-client.js";
import { ChooseName } from "./choose-name.js";
import { ConfirmWords } from "./confirm-words.js";
import { Hall } from "./hall.js";
import { OfferLock } from "./offer-lock.js";
import { RecoveryWords } from "./recovery-words.js";

interface OnboardingProps {
  readonly client: RemoteClient;
  readonly onDone: (registered: Registered) => void;
}

type Step =
  | { readonly kind: "name" }
  | { readonly kind: "words"; readonly registered: Registered }
  | { readonly kind: "confirm" | "lock"; readonly registered: Registered };

/** From a name to the first conversation: a name, the words that restore it, two of them asked back. */
export function Onboarding({ client, onDone }: OnboardingProps) {
  const [step, setStep] = useState<Step>({ kind: "name" });
  const isShowingWords = step.kind === "words" || step.kind === "confirm";
  useEffect(() => {
    if (!isShowingWords) return;
    // The words are stored nowhere: leaving now would lose them.
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isShowingWords]);
  return (
    <Hall>
      {step.kind === "name" && (
        <ChooseName client={client} onRegistered={(registered) => setStep({ kind: "words", registered })} />
      )}
      {step.kind === "words" && (
        <RecoveryWords registered={step.registered} onNext={() => setStep({ ...step, kind: "confirm" })} />
      )}
      {step.kind === "confirm" && (
        <ConfirmWords
          words={step.registered.recoveryKey}
          onBack={() => setStep({ ...step, kind: "words" })}
          onDone={() => setStep({ ...step, kind: "lock" })}
        />
      )}
      {step.kind === "lock" && <OfferLock home={client.home} onDone={() => onDone(step.registered)} />}
    </Hall>
  );
}
