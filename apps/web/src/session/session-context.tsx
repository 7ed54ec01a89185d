import { createContext, useContext } from "react";
import type { Session } from "./session.js";

export const SessionContext = createContext<Session | undefined>(undefined);

/** The session that this part of the screen belongs to. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("outside of a session");
  return session;
}
