import { concatBytes, utf8 } from "@redoubt/base";
import { IdentityError } from "./error.js";
import type { Hashing } from "./hashing.js";

const domain = utf8("redoubt/safety-number/v1");

/** Makes a search for an account with a similar number dearer. */
const iterations = 5_200;

const groupsPerSide = 6;
const bytesPerGroup = 5;

/**
 * What two people compare to know that they hold each other's true account: 60 digits in 12 groups of 5, separated by
 * single spaces. The same for both of them, in whichever order the ids are given. Costs 2 × 5,200 SHA-512.
 *
 * @param a account id, 32 bytes
 * @param b account id, 32 bytes
 * @throws IdentityError `bad-account-id`
 */
export function safetyNumber(hashing: Pick<Hashing, "sha512">, a: Uint8Array, b: Uint8Array): string {
  return [sideOf(hashing, a), sideOf(hashing, b)].toSorted().join(" ");
}

/**
 * One account's half: h_1 = SHA-512(domain ‖ id), h_n = SHA-512(h_{n-1} ‖ id); of h_5200 each of the first six runs of
 * five bytes, big-endian, modulo 100,000.
 */
function sideOf({ sha512 }: Pick<Hashing, "sha512">, accountId: Uint8Array): string {
  if (accountId.length !== 32) throw new IdentityError("bad-account-id");
  let hash = sha512(concatBytes(domain, accountId));
  for (let i = 1; i < iterations; i++) hash = sha512(concatBytes(hash, accountId));
  const groups = Array.from({ length: groupsPerSide }, (_, index) => {
    const bytes = hash.subarray(index * bytesPerGroup, (index + 1) * bytesPerGroup);
    const number = bytes.reduce((value, byte) => value * 256 + byte, 0);
    return String(number % 100_000).padStart(5, "0");
  });
  return groups.join(" ");
}
