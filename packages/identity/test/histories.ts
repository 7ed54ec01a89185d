import fc from "fast-check";
import { type DeviceIntent, IdentityError, type Signer } from "../src/index.js";
import { adding, changed, newPerson, numberedDevice, numberedRecovery, type Person, revoking } from "./people.js";

const pool = Array.from({ length: 6 }, (_, n) => numberedDevice(n));
const deviceAt = (n: number) => pool[n] as (typeof pool)[0];

const intent: fc.Arbitrary<DeviceIntent> = fc
  .tuple(fc.boolean(), fc.nat(pool.length - 1))
  .map(([isAdd, n]) => (isAdd ? adding(deviceAt(n)) : revoking(deviceAt(n))));
const intents = fc.array(intent, { maxLength: 3 });

const step = fc.record({
  kind: fc.constantFrom("devices", "devices", "devices", "recovery", "move", "tombstone"),
  intents,
  signer: fc.nat(pool.length),
  days: fc.nat(3),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Accounts after up to 8 steps, of which those that the rules forbid are left out. */
export const history: fc.Arbitrary<Person> = fc
  .tuple(fc.uniqueArray(fc.nat(pool.length - 1), { minLength: 1, maxLength: 3 }), fc.array(step, { maxLength: 8 }))
  .map(
    ([founders, steps]) => steps.reduce(takeStep, { person: newPerson(founders.map(deviceAt)), recoveries: 1 }).person,
  )
  .map(({ entries, account }) => ({ entries, account }));

function takeStep(state: { person: Person; recoveries: number }, drawn: Step): typeof state {
  const recovery = numberedRecovery(state.recoveries - 1);
  const isByDevice = drawn.kind === "devices" && drawn.signer < pool.length;
  const signer: Signer = isByDevice ? deviceAt(drawn.signer).signer : recovery;
  const day = state.person.account.day + drawn.days;
  try {
    switch (drawn.kind) {
      case "recovery": {
        const change = { ...drawn, kind: "recovery", recovery: numberedRecovery(state.recoveries).publicKey } as const;
        return { person: changed(state.person, change, signer, day), recoveries: state.recoveries + 1 };
      }
      case "move": {
        const change = { ...drawn, kind: "move", target: `https://relay-${drawn.days}.example` } as const;
        return { ...state, person: changed(state.person, change, signer, day) };
      }
      default: {
        const change = { ...drawn, kind: drawn.kind as "devices" | "tombstone" };
        return { ...state, person: changed(state.person, change, signer, day) };
      }
    }
  } catch (error) {
    if (error instanceof IdentityError) return state;
    throw error;
  }
}
