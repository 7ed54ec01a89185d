import { ShieldAlert, ShieldCheck, Shield as ShieldPlain } from "lucide-react";
import { useText } from "../i18n/use-text.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { trustIn } from "./trust-state.js";

interface ShieldProps {
  readonly username: string;
  readonly size?: number;
}

/** How sure it is that a person is who they say, in one sign. */
export function Shield({ username, size = 18 }: ShieldProps) {
  const t = useText();
  const session = useSession();
  const contact = useObservable(session.people.known).get(username);
  const alarms = useObservable(session.alarms.now);
  const state = trustIn(contact, alarms, session.list.conversations.get() ?? []);
  const props = { size, "aria-label": t(`shield.${state}`), role: "img" };
  if (state === "alarm") return <ShieldAlert {...props} className="shrink-0 text-danger" />;
  if (state === "confirmed") return <ShieldCheck {...props} className="shrink-0 fill-accent-soft text-accent" />;
  return <ShieldPlain {...props} className="shrink-0 text-muted" />;
}
