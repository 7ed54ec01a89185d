/**
 * Codes that no test of the gate can provoke, each with the reason.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const unprovoked = {
  "packages/client/src/error.ts key-pending": "verdicts of this kind come with the key log",
  "packages/client/src/error.ts key-unverified": "verdicts of this kind come with the key log",
  "packages/client/src/error.ts key-unavailable": "verdicts of this kind come with the key log",
  "packages/relay-store/src/store-error.ts disk-full": "the tests' full disks become full while a relay runs on them",
  "packages/store/src/error.ts unsupported": "Chromium has the files that a browser without them lacks",
};
