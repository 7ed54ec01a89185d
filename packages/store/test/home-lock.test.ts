import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { lockHome } from "../src/node/index.js";
import { codeOf } from "./driver-contract.js";
import { temporaryHome } from "./temporary-home.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const outDir = path.join(here, "../dist/lock-holder");

// Another process cannot read TypeScript: the holder is compiled from the same source.
beforeAll(async () => {
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["source", "node"] },
    ssr: { external: ["libsql"], noExternal: [/^@redoubt\//] },
    build: { ssr: path.join(here, "lock-holder.ts"), outDir, emptyOutDir: true },
  });
});

/** Starts a process that tries to take the home. @returns what came of it */
async function otherProcess(home: string): Promise<{ child: ChildProcess; outcome: unknown }> {
  const child = fork(path.join(outDir, "lock-holder.js"), [home], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [outcome] = await once(child, "message");
  return { child, outcome };
}

it("is one process's at a time", async () => {
  const home = temporaryHome();
  const lock = lockHome(home);
  expect((await otherProcess(home)).outcome).toBe("home-in-use");
  lock.release();
  expect((await otherProcess(home)).outcome).toBe("held");
  expect(codeOf(() => lockHome(home))).toBe("home-in-use");
});

it.each(["SIGKILL", "SIGTERM"] as const)("is free when its process is ended by %s", async (signal) => {
  const home = temporaryHome();
  const { child, outcome } = await otherProcess(home);
  expect(outcome).toBe("held");
  expect(codeOf(() => lockHome(home))).toBe("home-in-use");
  child.kill(signal);
  await once(child, "exit");
  lockHome(home).release();
});

it("is taken once within a process, too", () => {
  const home = temporaryHome();
  const lock = lockHome(home);
  expect(codeOf(() => lockHome(home))).toBe("home-in-use");
  lock.release();
  lock.release();
  lockHome(home).release();
});

it("tells a folder that is not there", () => {
  expect(codeOf(() => lockHome(path.join(temporaryHome(), "no")))).toBe("not-writable");
});
