import { describe, expect, it } from "vitest";
import { UsageError } from "../command.js";
import { start } from "./start.js";

describe("start", () => {
  it("starts a relay for this machine alone, unless told otherwise", () => {
    expect(start.read([])).toEqual({
      data: "./data",
      port: 8787,
      host: "127.0.0.1",
      web: undefined,
      publicUrl: undefined,
      tls: undefined,
      registration: "open",
      maxStorage: undefined,
      connections: {},
      trustProxy: false,
      powBits: 16,
    });
  });

  it("takes every option", () => {
    const options =
      "--data d --port 1 --host h --web w --web-connect https://o.example/ --public-url https://r.example --tls-cert c --tls-key k";
    const more = "--registration closed --max-storage 9000000 --max-connections 500 --max-per-address 50 --trust-proxy";
    expect(start.read(`${options} ${more}`.split(" "))).toMatchObject({
      data: "d",
      port: 1,
      host: "h",
      web: { folder: "w", connect: ["https://o.example"] },
      publicUrl: "https://r.example",
      tls: { cert: "c", key: "k" },
      registration: "closed",
      maxStorage: 9_000_000,
      connections: { inAll: 500, perAddress: 50 },
      trustProxy: true,
    });
    expect(start.read(["--registration", "invite"])).toMatchObject({ registration: "invite" });
  });

  it.each([
    ["more"],
    ["--unknown"],
    ["--port"],
    ["--port x"],
    ["--port 65536"],
    ["--port -1"],
    ["--registration maybe"],
    ["--max-storage 1e6"],
    ["--tls-cert file"],
    ["--public-url nowhere"],
    ["--uses 2"],
  ])("refuses `%s`", (line) => {
    expect(() => start.read(line.split(" "))).toThrow(UsageError);
  });
});
