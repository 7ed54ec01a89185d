import type { AnonymousOp } from "@redoubt/wire";
import { Blobs } from "./blobs.js";
import type { Session } from "./connection.js";
import { Errands } from "./errands.js";
import { type DeviceIdentity, type InboxListener, type KeyPackageListener, NamedLink } from "./named-link.js";
import type { TransportPorts } from "./platform.js";
import { socketUrl } from "./relay-url.js";
import { WatchingLink } from "./watching-link.js";

/** All connections of a client to one relay. Opens none by itself. */
export interface Transport {
  /** Opens the connection of a device: account and inbox. */
  openNamed(device: DeviceIdentity, onItem: InboxListener, onFewKeyPackages?: KeyPackageListener): NamedLink;
  /** Opens an anonymous connection for logs. */
  openWatching(): WatchingLink;
  /**
   * Does something on an anonymous connection of its own, which ends with it: looking somebody up, posting to an inbox,
   * registering. Not tried again by itself.
   *
   * @throws what `errand` throws; TransportError `unreachable`, `unsupported-relay`, `bad-answer`, `busy`, `closed`
   */
  errand<T>(errand: (session: Session<AnonymousOp>) => Promise<T>): Promise<T>;
  /** Files and other blobs, over HTTP. */
  readonly blobs: Blobs;
  /** Closes every connection for good: whatever is open or asked later fails with `closed`. */
  close(): void;
}

/**
 * The way to one relay.
 *
 * @param options.url the relay's origin, http: or https:
 * @throws TransportError `bad-url`
 */
export function createTransport({ url, ...ports }: TransportPorts & { readonly url: string }): Transport {
  const errands = new Errands(ports, socketUrl(url, "/v1/anonymous"));
  const blobs = new Blobs(ports, url);
  const links = new Set<NamedLink | WatchingLink>();
  const keep = <L extends NamedLink | WatchingLink>(link: L): L => {
    links.add(link);
    link.onState(({ kind }) => {
      if (kind === "closed") links.delete(link);
    });
    return link;
  };
  return {
    openNamed: (device, ...listeners) => keep(new NamedLink(ports, url, device, ...listeners)),
    openWatching: () => keep(new WatchingLink(ports, url)),
    errand: (errand) => errands.run(errand),
    blobs,
    close() {
      errands.close();
      blobs.close();
      for (const link of links) link.close();
    },
  };
}
