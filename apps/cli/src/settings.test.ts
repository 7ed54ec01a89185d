import { expect, it } from "vitest";
import { homeFolder, relayOrigin, type Surroundings } from "./settings.js";

function surroundings(system: NodeJS.Platform, variables: Record<string, string> = {}): Surroundings {
  return { system, variables, userFolder: "/users/ann" };
}

it("takes the home from the option, then REDOUBT_HOME, then the system's place for data", () => {
  const linux = surroundings("linux", { REDOUBT_HOME: "/from-variable" });
  expect(homeFolder("/from-option", linux)).toBe("/from-option");
  expect(homeFolder(undefined, linux)).toBe("/from-variable");
  expect(homeFolder(undefined, surroundings("linux", { REDOUBT_HOME: "" }))).toBe("/users/ann/.local/share/redoubt");
  expect(homeFolder(undefined, surroundings("linux", { XDG_DATA_HOME: "/data" }))).toBe("/data/redoubt");
  expect(homeFolder(undefined, surroundings("darwin"))).toBe("/users/ann/Library/Application Support/Redoubt");
  expect(homeFolder(undefined, surroundings("win32", { APPDATA: "/roaming" }))).toBe("/roaming/Redoubt");
});

it("refuses an empty home", () => {
  expect(() => homeFolder("", surroundings("linux"))).toThrowError(expect.objectContaining({ code: "bad-value" }));
});

it("takes the relay from the option, then REDOUBT_RELAY, then this machine", () => {
  const set = surroundings("linux", { REDOUBT_RELAY: "https://from-variable" });
  expect(relayOrigin("https://from-option", set)).toBe("https://from-option");
  expect(relayOrigin(undefined, set)).toBe("https://from-variable");
  expect(relayOrigin(undefined, surroundings("linux"))).toBe("http://127.0.0.1:8787");
});
