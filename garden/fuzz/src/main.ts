import { parseArgs } from "node:util";
import { campaign, type Findings } from "./campaign.js";
import { targets } from "./targets.js";

const usage = `npm run fuzz -- [--cases N] [--seed N] [--only ${Object.keys(targets).join(",")}]`;
const { values } = parseArgs({
  options: { cases: { type: "string" }, seed: { type: "string" }, only: { type: "string" } },
});
const cases = Number(values.cases ?? 1_000_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const names = values.only?.split(",") ?? Object.keys(targets);
if (
  !Number.isSafeInteger(cases) ||
  cases < 1 ||
  !Number.isSafeInteger(seed) ||
  names.some((name) => !(name in targets))
) {
  console.error(usage);
  process.exit(2);
}
console.log(`seed ${seed}`);
const all = names.flatMap((name) => targets[name] ?? []);
const shares = all.reduce((sum, { share }) => sum + share, 0);
let isFaulty = false;
for (const { open, share } of all) {
  await using target = await open();
  const own = Math.ceil((cases * share) / shares);
  const findings = await campaign(target, {
    cases: own,
    seed,
    progress: (done) => process.stderr.write(`\r${target.name}: ${done} of ${own}   `),
  });
  process.stderr.write("\n");
  print(findings);
  isFaulty ||= findings.faults.length > 0;
}
process.exitCode = isFaulty ? 1 : 0;

function print({ target, cases: done, seconds, memory, outcomes, faults }: Findings): void {
  const pace = Math.round(done / seconds);
  console.log(
    `${target}: ${done} cases, ${pace}/s, memory +${(memory / 2 ** 20).toFixed(0)} MiB, ${faults.length} faults`,
  );
  const most = [...outcomes].toSorted(([, a], [, b]) => b - a);
  for (const [outcome, count] of most.slice(0, 40)) console.log(`  ${String(count).padStart(8)}  ${outcome}`);
  if (most.length > 40) console.log(`  and ${most.length - 40} more`);
  for (const { seed: at, what } of faults) console.log(`  seed ${at}: ${what}`);
}
