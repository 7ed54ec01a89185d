import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import {
  buildPrograms,
  mayMount,
  noteFigure,
  type RelayProcess,
  SmallDisk,
  TemporaryFolder,
  World,
} from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { codeOf } from "./directory.js";
import { HonestPair } from "./honest-pair.js";
import { LoadLog, wayTo } from "./load-log.js";

beforeAll(buildPrograms, 120_000);

const mebi = 1024 * 1024;

/** A relay's data on something that gets full, and has room again, while the relay runs. */
interface Full {
  readonly data: string;
  /** Words of `ulimit` for the relay. */
  readonly limit?: string;
  fill(relay: RelayProcess): void;
  free(relay: RelayProcess): void;
  end(): void;
}

function smallDisk(folder: TemporaryFolder): Full {
  const disk = new SmallDisk(folder.at("disk"), 16 * mebi);
  return {
    data: path.join(disk.folder, "data"),
    fill: () => disk.fill(),
    free: () => disk.free(),
    end: () => disk[Symbol.dispose](),
  };
}

/** No file may grow beyond what the limit says: for whoever may not mount. A write beyond it fails like one beyond a quota. */
function shortFiles(folder: TemporaryFolder): Full {
  const limitTo = ({ processId }: RelayProcess, bytes: string) =>
    execFileSync("prlimit", ["--pid", String(processId), `--fsize=${bytes}:unlimited`]);
  return {
    data: folder.at("data"),
    fill: (relay) => {
      const { size } = statSync(path.join(folder.at("data"), "relay.db-wal"));
      limitTo(relay, String(size));
    },
    free: (relay) => limitTo(relay, "unlimited"),
    end: () => undefined,
  };
}

const ways: readonly (readonly [string, (folder: TemporaryFolder) => Full])[] = [
  ["no file may grow", shortFiles],
  ...(canMount() ? ([["the disk is full", smallDisk]] as const) : []),
];

it.each(ways)(
  "a relay goes on where %s, loses nothing that it has acknowledged, and takes more once it may",
  {
    timeout: 120_000,
  },
  async (name, makeFull) => {
    using folder = new TemporaryFolder();
    const full = makeFull(folder);
    try {
      await using world = await World.startWith({ data: full.data });
      await using pair = await HonestPair.meet(world);
      const { processId } = world.relay;
      const way = wayTo(world.relay.url);
      const log = new LoadLog();
      await log.create(way);
      const link = way.openWatching();
      const acknowledged: string[] = [];
      const session = await link.session();
      await log.prove(session);
      const append = async (length: number): Promise<string> => {
        const text = `${acknowledged.length} `.padEnd(length, ".");
        const code = await log.append(session, Buffer.from(text)).then(() => "ok", codeOf);
        if (code === "ok") acknowledged.push(text);
        return code;
      };
      await append(1_000);
      full.fill(world.relay);

      let code = "ok";
      for (let i = 0; i < 200 && code === "ok"; i++) code = await append(100_000);
      expect(code).toBe("storage-full");
      const sending = pair.alice.askOne("send", "@bob", "small");
      const journal = () => statSync(path.join(full.data, "relay.db-wal")).size;
      const before = journal();
      for (let i = 0; i < 20; i++) expect(await append(100_000)).toBe("storage-full");
      expect(journal()).toBeLessThanOrEqual(before + mebi);
      // Reads go on, and hold all that was acknowledged.
      const readTexts = async () => (await log.readAll(way)).map((bytes) => Buffer.from(bytes).toString());
      expect(await readTexts()).toEqual(acknowledged);
      expect((await fetch(`${world.relay.url}/healthz`)).status).toBe(200);
      const lines = world.relay.lines.filter((line) => line.includes("a request failed"));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(40);

      full.free(world.relay);
      for (let i = 0; i < 30; i++) expect(await append(100_000)).toBe("ok");
      expect(await readTexts()).toEqual(acknowledged);
      expect(await pair.alice.askOne("sync", "--wait", "30")).toMatchObject({ pending: 0 });
      await pair.bob.message("small");
      expect(["sent", "queued"]).toContain((await sending)["state"]);
      await pair.exchange("after");
      expect(world.relay.processId).toBe(processId);
      expect(journal()).toBeLessThan(8 * mebi);
      noteFigure(
        name,
        "the journal at most, and after 30 more entries of 100 kB",
        [before, journal()].map((bytes) => `${(bytes / mebi).toFixed(1)} MiB`).join(", "),
      );
      way.close();
    } finally {
      full.end();
    }
  },
);

function canMount(): boolean {
  using folder = new TemporaryFolder();
  return mayMount(folder.at("try"));
}
