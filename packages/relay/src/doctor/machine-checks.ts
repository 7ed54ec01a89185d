import { readFile, statfs } from "node:fs/promises";
import { type Finding, fail, ok, warn } from "./finding.js";

const gib = 2 ** 30;
/** Sockets of people, files that are read and written. */
const wantedFiles = 16_384;
/** Before this no relay was written. */
const earliest = Date.UTC(2026, 10, 1);

/** Node's versions that the relay runs on: the same as in package.json. */
export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isFit = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (isFit) return ok("node", `Node ${version}`);
  return fail("node", `Node ${version} is not supported`, "Use Node 20.19, 22.13 or 24, or newer of these");
}

/** @param now milliseconds since 1970 @param newestDay of what the relay has stored, in days since 1970 */
export function checkClock(now: number, newestDay: number | undefined): Finding {
  const advice = "Set the clock and keep it set (systemd-timesyncd, chrony): days decide what has expired";
  if (now < earliest) return fail("clock", "The clock stands before the relay was written", advice);
  const today = Math.floor(now / 86_400_000);
  if (newestDay !== undefined && newestDay > today) {
    return fail("clock", `The clock is ${newestDay - today} days behind what the relay has stored already`, advice);
  }
  return ok("clock", `${new Date(now).toISOString().slice(0, 16)} UTC`);
}

/** The limit that a process started here has. A running relay may have been given another one. */
export async function checkOpenFiles(): Promise<Finding | undefined> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  const says = `${soft} open files at most for a process started here`;
  if (soft === "unlimited" || Number(soft) >= wantedFiles) return ok("open files", says);
  return warn("open files", says, `Allow ${wantedFiles} or more (LimitNOFILE in systemd): every connection is one`);
}

/** @param used bytes of database and blobs @param maxStorage as `start` is told */
export async function checkDisk(folder: string, used: number, maxStorage: number | undefined): Promise<Finding> {
  const { bavail, bsize, blocks } = await statfs(folder);
  const [free, all] = [bavail * bsize, blocks * bsize];
  const says = `${inGib(free)} free of ${inGib(all)}, ${inGib(used)} used by the relay`;
  if (free < gib / 2) return fail("disk", says, "Make room: a full disk refuses every message (storage-full)");
  if (maxStorage === undefined) {
    return warn(
      "disk",
      `${says}; no --max-storage`,
      "Set --max-storage below what the disk has, so that it never fills",
    );
  }
  if (maxStorage - used > free) {
    return warn("disk", `${says}; --max-storage allows ${inGib(maxStorage)}`, "Lower --max-storage, or make room");
  }
  return ok("disk", `${says}; at most ${inGib(maxStorage)}`);
}

function inGib(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}
