import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";
import * as chai from "chai";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** One test that ran in a worker. */
export interface Outcome {
  readonly name: string;
  /** Why it failed. */
  readonly fault: string | undefined;
}

const tests: { readonly name: string; readonly run: () => unknown }[] = [];
const around: string[] = [];

/** What of Vitest a contract suite uses, for a worker of a browser: bundles put it in the place of `vitest`. */
export const expect = (value: unknown, message?: string) => chai.expect(value, message);

export function describe(name: string, work: () => void): void {
  around.push(name);
  work();
  around.pop();
}

export function it(name: string, run: () => unknown): void {
  tests.push({ name: [...around, name].join(" › "), run });
}

/** Runs what was described, one after the other. */
export async function runTests(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, run } of tests.splice(0)) {
    try {
      await run();
      outcomes.push({ name, fault: undefined });
    } catch (error) {
      outcomes.push({ name, fault: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) });
    }
  }
  return outcomes;
}
