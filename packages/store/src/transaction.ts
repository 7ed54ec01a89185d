import { demand } from "./error.js";

/** What a transaction's work gave is no promise: what it does later would not be in the transaction. @throws StoreError `misuse` */
export function refusePromise(result: unknown): void {
  const isPromise =
    typeof result === "object" && result !== null && "then" in result && typeof result.then === "function";
  demand(!isPromise, "misuse", "a transaction's work returned a promise");
}
