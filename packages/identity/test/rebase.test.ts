import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEntry, type DeviceIntent, extendChain, rebase, verifyChain } from "../src/index.js";
import { codeOf } from "./code-of.js";
import { hashing } from "./node-hashing.js";
import {
  adding,
  changed,
  devicesChange,
  newPerson,
  numberedDevice,
  numberedRecovery,
  type Person,
  revoking,
  type TestDevice,
} from "./people.js";

const devices = Array.from({ length: 12 }, (_, n) => numberedDevice(n));
const [phone, laptop, tablet, desk] = devices as [TestDevice, TestDevice, TestDevice, TestDevice];
const ids = (person: Pick<Person, "account">) => person.account.devices.map(({ deviceId }) => deviceId);

describe("two devices append at once", () => {
  it("the relay takes one, and the other's intent survives on top of it", () => {
    const start = newPerson([phone, laptop]);
    const winner = changed(start, devicesChange(adding(tablet)), phone.signer);
    const loser = changed(start, devicesChange(adding(desk)), laptop.signer);
    expect(codeOf(() => extendChain(hashing, winner.account, loser.entries[1] as Uint8Array))).toBe("wrong-seq");

    const rebased = changed(winner, devicesChange(adding(desk)), laptop.signer);
    expect(ids(rebased)).toHaveLength(4);
    expect(ids(rebased)).toEqual(expect.arrayContaining([phone, laptop, tablet, desk].map((one) => one.deviceId)));
  });

  it("what the winner revoked is not brought back", () => {
    const start = newPerson([phone, laptop, tablet]);
    const winner = changed(start, devicesChange(revoking(tablet)), phone.signer);
    const rebased = changed(winner, devicesChange(adding(desk)), laptop.signer);
    expect(ids(rebased)).not.toContainEqual(tablet.deviceId);
    expect(ids(rebased)).toHaveLength(3);
  });

  it("revoking what the winner has revoked is done already", () => {
    const winner = changed(newPerson([phone, laptop, tablet]), devicesChange(revoking(tablet)), phone.signer);
    expect(rebase(hashing, winner.account, [revoking(tablet)])).toBeUndefined();
    expect(codeOf(() => changed(winner, devicesChange(revoking(tablet)), laptop.signer))).toBe("nothing-to-do");
  });

  it("adding what the winner has added is done already", () => {
    const winner = changed(newPerson([phone, laptop]), devicesChange(adding(tablet)), phone.signer);
    expect(rebase(hashing, winner.account, [adding(tablet)])).toBeUndefined();
  });

  it("a device that the winner revoked signs nothing more", () => {
    const winner = changed(newPerson([phone, laptop]), devicesChange(revoking(laptop)), phone.signer);
    expect(codeOf(() => changed(winner, devicesChange(adding(tablet)), laptop.signer))).toBe("signer-not-allowed");
  });
});

describe("intents", () => {
  it("in any two orders of arrival, of different devices, end in the same set", () => {
    const start = newPerson(devices.slice(0, 4));
    const intent = fc.nat(7).map((n): [number, DeviceIntent] => {
      const device = devices[n] as TestDevice;
      return [n, n < 4 ? revoking(device) : adding(device)];
    });
    const intents = fc.uniqueArray(intent, { selector: ([n]) => n, maxLength: 6 });
    fc.assert(
      fc.property(intents, fc.nat(), (drawn, at) => {
        const list = drawn.map(([, one]) => one);
        fc.pre(drawn.filter(([n]) => n < 4).length < 4);
        const cut = at % (list.length + 1);
        const apply = (...batches: DeviceIntent[][]) => {
          let person = start;
          for (const batch of batches) {
            if (rebase(hashing, person.account, batch) === undefined) continue;
            person = changed(person, devicesChange(...batch), numberedRecovery(0));
          }
          return ids(person);
        };
        const first = list.slice(0, cut);
        const second = list.slice(cut);
        expect(apply(first, second)).toEqual(apply(second, first));
        expect(apply(first, second)).toEqual(apply(list));
      }),
      { numRuns: 40 },
    );
  });

  it("take effect in their order within one entry", () => {
    const { account } = newPerson([phone]);
    expect(rebase(hashing, account, [adding(tablet), revoking(tablet)])).toBeUndefined();
    expect(rebase(hashing, account, [revoking(phone), adding(phone)])).toBeUndefined();
    expect(rebase(hashing, account, [revoking(tablet), adding(tablet)])).toHaveLength(2);
  });

  it("never leave an account without a device, nor with eleven", () => {
    expect(codeOf(() => rebase(hashing, newPerson([phone]).account, [revoking(phone)]))).toBe("no-device");
    const full = newPerson(devices.slice(0, 10)).account;
    expect(codeOf(() => rebase(hashing, full, [adding(devices[10] as TestDevice)]))).toBe("too-many-devices");
    expect(rebase(hashing, full, [adding(devices[10] as TestDevice), revoking(phone)])).toHaveLength(10);
  });

  it("do not give one key two inboxes, nor two keys one inbox", () => {
    const { account } = newPerson([phone]);
    const { claim } = phone;
    const otherInbox = { ...claim, inboxId: tablet.claim.inboxId };
    const otherKey = { ...tablet.claim, inboxId: claim.inboxId };
    for (const device of [otherInbox, otherKey]) {
      expect(codeOf(() => rebase(hashing, account, [{ kind: "add", device }]))).toBe("duplicate-device");
    }
  });
});

it("a clock that is behind the newest entry makes an entry of that entry's day", () => {
  const { account, entries } = newPerson([phone]);
  const change = devicesChange(adding(tablet));
  const { entry } = createEntry(hashing, { account, change, signer: phone.signer, day: account.day - 1 });
  expect(verifyChain(hashing, [...entries, entry]).day).toBe(account.day);
});

it("the recovery key overrides the devices, when it changes itself too", () => {
  const thief = changed(newPerson([phone]), devicesChange(adding(laptop), revoking(phone)), phone.signer);
  const recovered = changed(
    thief,
    { kind: "recovery", recovery: numberedRecovery(1).publicKey, intents: [adding(tablet), revoking(laptop)] },
    numberedRecovery(0),
  );
  expect(ids(recovered)).toEqual([tablet.deviceId]);
  expect(codeOf(() => changed(recovered, { kind: "tombstone" }, numberedRecovery(0)))).toBe("signer-not-allowed");
  expect(changed(recovered, { kind: "tombstone" }, numberedRecovery(1)).account.state).toBe("tombstoned");
});
