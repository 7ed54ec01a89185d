import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { asSecret, CodedError } from "@redoubt/base";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore, StoreError } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { nodePlatform } from "@redoubt/transport/node";
import { expect, it } from "vitest";
import { openClient } from "../src/index.js";

it("a home whose account cannot be read is refused, and its store and connections are closed", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-client-"));
  try {
    const store = openStore(openLibsqlDriver(path.join(folder, "store.db"), new Uint8Array(32).fill(1)));
    store.account.set({
      accountId: new Uint8Array(32),
      username: "alice",
      deviceKeys: asSecret(Uint8Array.of(1, 2, 3)),
    });
    const provider = await createNodeProvider();
    const open = () => openClient({ provider, store, platform: nodePlatform, relay: "http://127.0.0.1:9" });
    expect(open).toThrow(CodedError);
    expect(() => store.account.get()).toThrow(expect.objectContaining({ code: "misuse" }));
    expect(() => store.account.get()).toThrow(StoreError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
