import { fileURLToPath } from "node:url";
import { buildPrograms, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

beforeAll(buildPrograms, 120_000);

it("two people talk over TLS, and nobody talks to a relay whose certificate they do not trust", {
  timeout: 120_000,
}, async () => {
  await using world = await World.start("--tls-cert", at("cert.pem"), "--tls-key", at("key.pem"));
  const { url } = world.relay;
  expect(url).toMatch(/^https:/);
  await expect(world.person("mallory").do("register", "mallory")).rejects.toMatchObject({ code: "unreachable" });

  const trusting = { NODE_EXTRA_CA_CERTS: at("cert.pem") };
  await using alice = world.person("alice", url, trusting).rpc();
  await using bob = world.person("bob", url, trusting).rpc();
  await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);
  const long = "long ".repeat(3_000);
  await alice.ask("send", "@bob", long);
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));
  await bob.ask("send", "@alice", "and back");
  expect(await alice.message("and back")).toMatchObject({ from: "bob", conversation });
  expect((await bob.ask("read", "@alice")).map(({ text }) => text)).toEqual([long, "and back"]);
});
