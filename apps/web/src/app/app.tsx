import type { Whoami } from "@redoubt/client";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { AppUpdate } from "../engine/app-update.js";
import type { RemoteClient } from "../engine/remote-client.js";
import { Onboarding } from "../onboarding/onboarding.js";
import { codeOf } from "../session/fault.js";
import { Session } from "../session/session.js";
import { NoticeStack } from "../ui/notice-stack.js";
import { FaultScreen } from "./fault-screen.js";
import { LockScreen } from "./lock-screen.js";
import { Shell } from "./shell.js";
import { Splash } from "./splash.js";
import { UpdateNotice } from "./update-notice.js";

interface AppProps {
  readonly client: RemoteClient;
  readonly update: AppUpdate;
}

/** Everything that is on the screen. */
export function App({ client, update }: AppProps) {
  const home = useSyncExternalStore(client.home.subscribe, client.home.state);
  return (
    <>
      {home.kind === "starting" && <Splash />}
      {home.kind === "locked" && <LockScreen home={client.home} />}
      {home.kind === "failed" && <FaultScreen home={client.home} error={home.error} />}
      {home.kind === "ready" && <OpenApp client={client} />}
      <UpdateNotice update={update} />
      <NoticeStack />
    </>
  );
}

type Stage =
  | { readonly kind: "asking" }
  | { readonly kind: "stranger" }
  | { readonly kind: "signed-in"; readonly session: Session }
  | { readonly kind: "fault"; readonly error: unknown };

/** With an engine: the account's conversations, or the way to an account. */
function OpenApp({ client }: Pick<AppProps, "client">) {
  const [stage, setStage] = useState<Stage>({ kind: "asking" });
  const enter = (me: Whoami) => setStage({ kind: "signed-in", session: new Session(client, me) });
  useEffect(() => {
    let isWanted = true;
    client.whoami().then(
      (me) => {
        if (isWanted) setStage({ kind: "signed-in", session: new Session(client, me) });
      },
      (error: unknown) => {
        if (isWanted) setStage(codeOf(error) === "not-registered" ? { kind: "stranger" } : { kind: "fault", error });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [client]);
  if (stage.kind === "asking") return <Splash />;
  if (stage.kind === "stranger") return <Onboarding client={client} onDone={enter} />;
  if (stage.kind === "signed-in") return <Shell session={stage.session} />;
  return <FaultScreen home={client.home} error={stage.error} />;
}
