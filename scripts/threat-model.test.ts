import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const text = readFileSync(path.join(root, "THREAT_MODEL.md"), "utf8");

/** What stands in backquotes and begins with a folder of the tree. */
const paths = [...text.matchAll(/`((?:packages|apps|garden|scripts)\/[^`]+)`/g)].map(([, name]) => name as string);

/** Rows of the tables of what an adversary does not get. */
const claims = text
  .split(/^\| does not get .*\n\|[-|]+\n/m)
  .slice(1)
  .flatMap((table) => table.slice(0, table.search(/^[^|]/m)).trim().split("\n"));

it("names tests that exist, for every claim one", () => {
  expect(claims.length).toBeGreaterThan(30);
  for (const claim of claims) expect(claim).toMatch(/\| [^|]+ \| [^|]+ \| `[^|]+\.test\.ts` \|$/);
  expect(paths.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
});

it("has a chapter for each adversary, with what they get and what would change it", () => {
  const chapters = text.split(/^## /m).slice(1, -1);
  expect(chapters).toHaveLength(7);
  for (const chapter of chapters) expect(chapter).toMatch(/\*\*What would change it\*\*/);
});
