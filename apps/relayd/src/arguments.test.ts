import { describe, expect, it } from "vitest";
import { readArguments, UsageError } from "./arguments.js";

describe("readArguments", () => {
  it("starts a relay for this machine alone, unless told otherwise", () => {
    expect(readArguments(["start"])).toEqual({
      command: "start",
      data: "./data",
      port: 8787,
      host: "127.0.0.1",
      web: undefined,
      publicUrl: undefined,
      tls: undefined,
      registration: "open",
      maxStorage: undefined,
      trustProxy: false,
      powBits: 16,
    });
  });

  it("takes every option", () => {
    const options = "--data d --port 1 --host h --web w --public-url https://r.example --tls-cert c --tls-key k";
    const more = "--registration closed --max-storage 9000000 --trust-proxy";
    expect(readArguments(`start ${options} ${more}`.split(" "))).toMatchObject({
      data: "d",
      port: 1,
      host: "h",
      web: "w",
      publicUrl: "https://r.example",
      tls: { cert: "c", key: "k" },
      registration: "closed",
      maxStorage: 9_000_000,
      trustProxy: true,
    });
    expect(readArguments(["start", "--registration", "invite"])).toMatchObject({ registration: "invite" });
    expect(readArguments(["--help"])).toBe("help");
  });

  it("makes an invite for one person and 30 days, unless told otherwise", () => {
    const invite = { command: "invite", data: "./data", uses: 1, days: 30 };
    expect(readArguments(["invite"])).toEqual(invite);
    const more = "invite --data d --uses 5 --days 7".split(" ");
    expect(readArguments(more)).toEqual({ command: "invite", data: "d", uses: 5, days: 7 });
  });

  it.each([
    [""],
    ["stop"],
    ["start more"],
    ["start --unknown"],
    ["start --port"],
    ["start --port x"],
    ["start --port 65536"],
    ["start --port -1"],
    ["start --registration maybe"],
    ["start --max-storage 1e6"],
    ["start --tls-cert file"],
    ["start --public-url nowhere"],
    ["start --uses 2"],
    ["invite me"],
    ["invite --port 1"],
    ["invite --uses 0"],
    ["invite --days x"],
  ])("refuses `%s`", (line) => {
    expect(() => readArguments(line.split(" ").filter((word) => word !== ""))).toThrow(UsageError);
  });
});
