// A process that takes a home, says so, and holds it until it is ended.
import { StoreError } from "../src/error.js";
import { lockHome } from "../src/node/home-lock.js";

// Keeps this process alive, and not longer than its parent.
process.on("disconnect", () => process.exit());

const [, , home = ""] = process.argv;
try {
  lockHome(home);
  process.send?.("held");
} catch (error) {
  process.send?.(error instanceof StoreError ? error.code : String(error));
}
