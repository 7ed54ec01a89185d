import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildPrograms, RunningProcess, relayProgram, TemporaryFolder, World, within } from "@redoubt/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { readDockerfile } from "./docker-steps.js";
import { Nginx } from "./nginx.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const certificate = fileURLToPath(new URL("../tls/cert.pem", import.meta.url));
const run = promisify(execFile);
const text = (file: string) => readFileSync(path.join(root, file), "utf8");

beforeAll(buildPrograms, 120_000);

describe("what is packed for a server", () => {
  it("is the program, SQLite's binding and nothing else; and runs, far from the tree", async () => {
    using folder = new TemporaryFolder();
    const packed = folder.at("redoubt");
    await run(process.execPath, [path.join(root, "scripts/pack-relay.js"), packed, "--without-web"]);
    expect(readdirSync(packed).toSorted()).toEqual(["LICENSE", "bin", "dist", "node_modules", "package.json"]);
    const modules = readdirSync(path.join(packed, "node_modules")).toSorted();
    expect(modules).toEqual(["@libsql", "@neon-rs", "detect-libc", "libsql"]);

    const program = path.join(packed, "bin/redoubt-relay.js");
    const data = folder.at("data");
    let ready: (url: string) => void;
    const url = new Promise<string>((resolve) => {
      ready = resolve;
    });
    await using relay = new RunningProcess(program, ["start", "--data", data, "--port", "0"], {
      takeLine: (line) => JSON.parse(line).msg === "ready" && ready(JSON.parse(line).url),
    });
    const origin = await within(url, () => `the packed relay; stderr: ${relay.errors}`);
    expect(await (await fetch(`${origin}/healthz`)).text()).toBe("ok\n");
    // The operator's work, by the same program, while it runs.
    const does = async (...words: string[]) => (await run(process.execPath, [program, ...words])).stdout;
    expect(await does("backup", "--data", data, folder.at("b.tar"))).toContain("Backed up");
    expect(await does("doctor", "--data", data, "--url", origin)).not.toContain("FAIL");
    expect((await relay.kill("SIGTERM")).status).toBe(0);
    expect(await does("restore", "--data", folder.at("again"), folder.at("b.tar"))).toContain("Restored the backup");
  });
});

describe("the Dockerfile", () => {
  const stages = readDockerfile(text("Dockerfile"));
  const [build, runtime] = stages;

  it("builds in one stage, and takes into the other what was packed alone", () => {
    expect(stages).toHaveLength(2);
    expect(build?.steps.map(({ word, text }) => `${word} ${text}`)).toEqual([
      "WORKDIR /build",
      "COPY . .",
      "RUN npm ci --ignore-scripts",
      "RUN npm run build",
      "RUN node scripts/pack-relay.js /redoubt",
    ]);
    const copies = runtime?.steps.filter(({ word }) => word === "COPY").map(({ text }) => text);
    expect(copies).toEqual([`--from=${build?.name} /redoubt /opt/redoubt`]);
  });

  it("pins what it begins from, runs as nobody in particular, and says whether it is well", () => {
    for (const { image } of stages) expect(image).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    const of = (wanted: string) => runtime?.steps.filter(({ word }) => word === wanted).map(({ text }) => text);
    expect(of("USER")).toEqual(["node"]);
    expect(of("VOLUME")).toEqual(["/data"]);
    const [health = ""] = of("HEALTHCHECK") ?? [];
    expect(health).toContain("/healthz");
    // Nothing after the user is changed is done as root, and nothing is fetched but by npm ci.
    const words = runtime?.steps.map(({ word }) => word) ?? [];
    expect(words.slice(words.indexOf("USER"))).not.toContain("RUN");
    expect(text("Dockerfile")).not.toMatch(/curl|wget|apt|ADD|latest/);
  });

  it("is told of every file that must not come along", () => {
    for (const name of [".git", "**/node_modules", "**/dist", "data"])
      expect(text(".dockerignore").split("\n")).toContain(name);
  });
});

describe("the proxies' files", () => {
  it.each(["deploy/nginx.conf", "deploy/Caddyfile"])(
    "%s logs nothing, hides the metrics, says whose address it is",
    (file) => {
      const lines = text(file)
        .split("\n")
        .filter((line) => !line.trim().startsWith("#"));
      const config = lines.join("\n");
      expect(config).not.toMatch(/access_log (?!off)|error_log (?!\/dev\/null)|^\s*log\b/m);
      expect(config).toMatch(/\/metrics[\s\S]*404/);
      expect(config).toMatch(/X-Forwarded-For (\$remote_addr|\{remote_host\})/);
    },
  );
});

describe("the unit", () => {
  it("gives the relay its folder and nothing else, and lets it finish", () => {
    const lines = text("deploy/redoubt-relay.service").split("\n");
    for (const line of [
      "DynamicUser=yes",
      "StateDirectoryMode=0700",
      "ProtectSystem=strict",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=",
      "LimitCORE=0",
      "LimitNOFILE=65536",
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.find((line) => line.startsWith("ExecStart="))).toContain("--data /var/lib/redoubt-relay");
  });
});

// With what the machine of the gate need not have: minutes, and nginx.
if (process.env["REDOUBT_LONG"] === "1") {
  describe("at length", () => {
    it("the Dockerfile's steps make a relay that runs", { timeout: 900_000 }, async () => {
      using folder = new TemporaryFolder();
      const { stdout } = await run("git", ["ls-files"], { cwd: root });
      for (const file of stdout.trim().split("\n")) cpSync(path.join(root, file), path.join(folder.at("build"), file));
      const [build] = readDockerfile(text("Dockerfile"));
      for (const { word, text: step } of build?.steps ?? []) {
        if (word !== "RUN") continue;
        await run("sh", ["-ec", step.replace("/redoubt", folder.at("redoubt"))], { cwd: folder.at("build") });
      }
      expect(readdirSync(folder.at("redoubt"))).toContain("web");
      const program = folder.at("redoubt/bin/redoubt-relay.js");
      const { stdout: help } = await run(process.execPath, [program, "--help"]);
      expect(help).toContain("redoubt-relay start");
    });

    it("two people talk and send a file through nginx, and nothing of it is in a log", {
      timeout: 120_000,
    }, async () => {
      await using world = await World.start("--trust-proxy");
      await using nginx = await Nginx.start(world.folder.at("nginx"), world.relay.url);
      const trusting = { NODE_EXTRA_CA_CERTS: certificate };
      await using alice = world.person("alice", nginx.url, trusting).rpc();
      await using bob = world.person("bob", nginx.url, trusting).rpc();
      await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);
      const bytes = randomBytes(20_000_000);
      writeFileSync(world.folder.at("sent"), bytes);
      await alice.ask("send", "@bob", "through nginx", "--file", world.folder.at("sent"));
      const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
      await bob.ask("accept", String(conversation));
      const { message } = await bob.message("through nginx");
      await bob.ask("save", String(conversation), String(message), world.folder.at("got"));
      expect(readFileSync(world.folder.at("got")).equals(bytes)).toBe(true);
      const doctor = [relayProgram, "doctor", "--data", world.folder.at("relay"), "--url", nginx.url, "--trust-proxy"];
      const { stdout } = await run(process.execPath, doctor, { env: { ...process.env, ...trusting } });
      for (const check of ["certificate", "health", "named socket", "anonymous socket", "metrics", "addresses"]) {
        expect(stdout).toMatch(new RegExp(`^ok {4}${check}: `, "m"));
      }
      expect(readFileSync(world.folder.at("nginx/access.log"), "utf8")).toBe("");
    });
  });
}
