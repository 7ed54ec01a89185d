import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { type RunReport, runTarget } from "./run-target.js";
import { targets } from "./targets.js";

/** `npm run fuzz -- [--cases N] [--only name,…] [--seed S] [--case I] [--minutes M]` */
const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    only: { type: "string" },
    seed: { type: "string" },
    case: { type: "string" },
    minutes: { type: "string" },
  },
});
const seed = values.seed ?? String(randomInt(2 ** 31));
const wanted = values.only?.split(",") ?? targets.map(({ name }) => name);
const chosen = targets.filter(({ name }) => wanted.includes(name));
if (chosen.length < wanted.length) {
  console.error(`The targets are ${targets.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
console.log(`seed ${seed}`);

const until = values.minutes === undefined ? undefined : performance.now() + 60_000 * Number(values.minutes);
const reports: RunReport[] = [];
for (const target of chosen) {
  const cases = Math.max(1, Math.round((Number(values.cases) * target.share) / shares));
  const began = performance.now();
  let said = began;
  const progress = (done: number) => {
    const now = performance.now();
    if (now - said < 5_000) return;
    said = now;
    const rate = Math.round((1_000 * done) / (now - began));
    console.log(`${target.name}: ${done} of ${cases}, ${rate} a second, ${mebi(process.memoryUsage.rss())} MiB`);
  };
  const only = values.case === undefined ? undefined : Number(values.case);
  const report = await runTarget(target, { cases, seed, only, until, progress });
  reports.push(report);
  for (const line of report.missing) console.log(`not reached: ${line}`);
  if (only === undefined && report.missing.length > 0) process.exitCode = 1;
}

console.log("\n| target | cases | cases/s | peak MiB | kept MiB | outcomes |\n|---|---:|---:|---:|---:|---|");
for (const { target, cases, milliseconds, peak, kept, outcomes } of reports) {
  const most = [...outcomes].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  const rate = Math.round((1_000 * cases) / milliseconds);
  console.log(`| ${target} | ${cases} | ${rate} | ${mebi(peak)} | ${mebi(kept)} | ${most.join(", ")} |`);
}
const sum = reports.reduce((total, { cases }) => total + cases, 0);
console.log(`${sum} cases, no finding (seed ${seed})`);
// Clients that were opened on bent homes may have left something waiting.
process.exit();

function mebi(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
