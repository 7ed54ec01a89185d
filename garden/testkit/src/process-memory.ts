import { readFileSync } from "node:fs";

/** What a process has in memory now, and the most that it has had, in bytes. Linux alone. */
export function memoryOf(id: number | undefined): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${id}/status`, "utf8");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { now: bytes("VmRSS"), peak: bytes("VmHWM") };
}
