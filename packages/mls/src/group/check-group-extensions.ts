import { demand } from "../error.js";
import { type Extensions, externalSenders, requiredCapabilities } from "../structs/extension.js";
import type { MlsContext } from "./context.js";

/**
 * What can be said of group context extensions by themselves: those that RFC 9420 defines are well-formed, and external
 * senders have valid credentials (§5.3.1).
 *
 * @throws MlsError `malformed`, `invalid-group-info`
 */
export function checkGroupExtensions({ authentication }: MlsContext, extensions: Extensions): void {
  requiredCapabilities(extensions);
  for (const sender of externalSenders(extensions)) {
    const refusal = authentication.refuse({ ...sender, extensions: [] });
    demand(refusal === undefined, "invalid-group-info", `external sender: ${refusal}`);
  }
}
