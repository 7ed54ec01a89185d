import path from "node:path";
import { expect, it } from "vitest";
import { TestRelay } from "./test-relay.js";

it("a relay says why it cannot listen, or cannot read its certificate, and leaves its folder free", async () => {
  await using relay = await TestRelay.start();
  await relay.stop();
  const starting = (options: Parameters<typeof TestRelay.start>[0]) =>
    TestRelay.start({ data: relay.folder, ...options });
  // An address of nobody's (RFC 5737).
  await expect(starting({ host: "203.0.113.1" })).rejects.toMatchObject({ code: "cannot-listen" });
  const missing = path.join(relay.folder, "missing.pem");
  await expect(starting({ tls: { cert: missing, key: missing } })).rejects.toMatchObject({ code: "tls-unreadable" });
  await relay.start();
  expect(relay.relay.url).toMatch(/^http:/);
});
