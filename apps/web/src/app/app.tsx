import { useEffect, useState } from "react";
import type { RemoteClient } from "../engine/remote-client.js";

/** Everything that is on the screen. */
export function App({ client }: { readonly client: RemoteClient }) {
  const [name, setName] = useState("");
  useEffect(() => {
    client.whoami().then(
      ({ username }) => setName(username),
      (error: { code: string }) => setName(error.code),
    );
  }, [client]);
  return <main>{name}</main>;
}
