import { expect, it } from "vitest";
import { UsageError } from "../command.js";
import { doctor } from "./doctor.js";

it("takes what start takes, and looks at the network only when it is told an address", () => {
  const examined = {
    data: "./data",
    publicUrl: undefined,
    tls: undefined,
    maxStorage: undefined,
    trustProxy: false,
    registration: "open",
  };
  expect(doctor.read([])).toEqual({ examined, json: false });
  const words = "--data d --url https://r.example --trust-proxy --max-storage 9 --port 1 --json".split(" ");
  const other = { data: "d", publicUrl: "https://r.example", trustProxy: true, maxStorage: 9 };
  expect(doctor.read(words)).toEqual({ examined: { ...examined, ...other }, json: true });
  expect(doctor.read(["--public-url", "https://r.example"]).examined.publicUrl).toBe("https://r.example");
});

it.each([["--url nowhere"], ["--url https://a --public-url https://b"], ["--tls-key k"], ["more"]])(
  "refuses `%s`",
  (line) => {
    expect(() => doctor.read(line.split(" "))).toThrow(UsageError);
  },
);
