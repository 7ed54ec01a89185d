import { expect, it, vi } from "vitest";

it("says so where WebAssembly is not allowed", async () => {
  let refuse = (_error: Error) => {};
  const instantiate = () =>
    new Promise((_, reject) => {
      refuse = reject;
    });
  vi.stubGlobal("WebAssembly", Object.create(WebAssembly, { instantiate: { value: instantiate } }));
  const { createWebProvider } = await import("../src/web/index.js");
  const started = createWebProvider();
  refuse(new Error("not allowed"));
  await expect(started).rejects.toThrow(
    expect.objectContaining({ name: "CryptoError", code: "unavailable", retry: false }),
  );
});
