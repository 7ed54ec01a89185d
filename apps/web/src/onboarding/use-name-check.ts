import { useEffect, useState } from "react";
import type { RemoteClient } from "../engine/remote-client.js";

/** `unknown`: the relay could not be asked; the registration itself will tell. */
export type NameCheck = "none" | "bad" | "checking" | "free" | "taken" | "unknown";

const form = /^[a-z][a-z0-9_]{2,31}$/;
/** Milliseconds without a key before the relay is asked. */
const pause = 350;

/** Whether a user name can be had, while it is typed. Only the answer for the name as it stands counts. */
export function useNameCheck(client: RemoteClient, name: string): NameCheck {
  const [answer, setAnswer] = useState<{ readonly name: string; readonly check: NameCheck }>();
  const isWellFormed = form.test(name);
  useEffect(() => {
    if (!isWellFormed) return;
    let isWanted = true;
    const timer = setTimeout(() => {
      client.isNameTaken(name).then(
        (isTaken) => isWanted && setAnswer({ name, check: isTaken ? "taken" : "free" }),
        () => isWanted && setAnswer({ name, check: "unknown" }),
      );
    }, pause);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [client, name, isWellFormed]);
  if (name === "") return "none";
  if (!isWellFormed) return "bad";
  return answer?.name === name ? answer.check : "checking";
}
