import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { type Finding, fail, ok, warn } from "./finding.js";

const dayMs = 86_400_000;
const soonDays = 14;
const patienceMs = 5_000;

/** The certificate that the relay itself shows, as files. @param host that people reach it by, if that is known */
export async function* checkTlsFiles(
  files: { readonly cert: string; readonly key: string },
  host: string | undefined,
  now: number,
): AsyncGenerator<Finding> {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(await readFile(files.cert));
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(files.key)))) {
      yield fail("tls key", "The key is not the certificate's", "Give --tls-cert and --tls-key of one issue");
    } else yield ok("tls key", "is the certificate's");
  } catch {
    yield fail("tls key", "Certificate or key cannot be read as PEM", "Check --tls-cert, --tls-key and their modes");
    return;
  }
  const { mode } = await stat(files.key);
  if ((mode & 0o077) !== 0) yield warn("tls key", "Others may read the key's file", `chmod go= ${files.key}`);
  yield checkDates(certificate, now);
  if (host !== undefined && !isFor(certificate, host)) {
    yield fail("certificate", `It is not for ${host}`, "Get one for the name that people use");
  }
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

/** The certificate that people are shown. */
export async function* checkShownCertificate(url: URL, now: number): AsyncGenerator<Finding> {
  const port = url.port === "" ? 443 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = connect({ host, port, servername: isIP(host) === 0 ? host : "", rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(patienceMs) });
    yield* checkShown(socket, url, now);
  } catch {
    yield fail("certificate", `Nothing speaks TLS at ${url.host}`, "Check the proxy, the firewall and the name");
  } finally {
    socket.on("error", () => {}).destroy();
  }
}

function* checkShown(socket: TLSSocket, url: URL, now: number): Generator<Finding> {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return;
  yield checkDates(certificate, now);
  if (socket.authorized) yield ok("certificate", `is trusted, and for ${url.hostname}`);
  else {
    const says = `It is not trusted: ${socket.authorizationError?.message ?? String(socket.authorizationError)}`;
    yield fail("certificate", says, "Use one that every device trusts, with its chain, for this name");
  }
}

function checkDates(certificate: X509Certificate, now: number): Finding {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const until = new Date(to).toISOString().slice(0, 10);
  if (now < from) return fail("certificate", "It is not valid yet", "Check the clock, or wait");
  if (now > to) return fail("certificate", `It was valid until ${until}`, "Renew it, then restart whatever shows it");
  const days = Math.floor((to - now) / dayMs);
  if (days >= soonDays) return ok("certificate", `valid until ${until}`);
  return warn("certificate", `It is valid for ${days} days more`, "See why it was not renewed by itself");
}
