import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as bindings from "openmls-wasm/openmls_wasm_bg.js";
import { beforeAll, describe, expect, test } from "vitest";

// The package's entry imports its WebAssembly as a module, which Node 20 does not do by itself.
beforeAll(async () => {
  const path = createRequire(import.meta.url).resolve("openmls-wasm/openmls_wasm_bg.wasm");
  const module = new WebAssembly.Module(new Uint8Array(await readFile(path)));
  const instance = new WebAssembly.Instance(module, { "./openmls_wasm_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
});

describe("openmls-wasm 0.1.0", () => {
  test("adds and messages, but has no way to remove, to update, or to keep its state", () => {
    const [adas, bobs] = [new bindings.Provider(), new bindings.Provider()];
    const ada = new bindings.Identity(adas, "ada");
    const bob = new bindings.Identity(bobs, "bob");
    const group = bindings.Group.create_new(adas, ada, "group");
    const { welcome } = group.propose_and_commit_add(adas, ada, bob.key_package(bobs));
    group.merge_pending_commit(adas);
    const joined = bindings.Group.join(bobs, welcome, group.export_ratchet_tree());
    const message = group.create_message(adas, ada, new TextEncoder().encode("hello"));
    expect(new TextDecoder().decode(joined.process_message(bobs, message))).toBe("hello");

    // Cipher suite 3, whatever one would like (RFC 9420 §12.4.3.1: version, wire format, suite).
    expect([...welcome.subarray(0, 6)]).toEqual([0, 1, 0, 3, 0, 3]);
    expect(methods(bindings.Group)).toEqual([
      "create_message",
      "export_key",
      "export_ratchet_tree",
      "merge_pending_commit",
      "process_message",
      "propose_and_commit_add",
    ]);
    expect(methods(bindings.Provider)).toEqual([]);
    expect(methods(bindings.KeyPackage)).toEqual([]);
  });
});

function methods(type: { prototype: object }): string[] {
  const lifetime = ["constructor", "free", "__destroy_into_raw"];
  return Object.getOwnPropertyNames(type.prototype)
    .filter((name) => !lifetime.includes(name))
    .sort();
}
