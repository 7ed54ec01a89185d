import { expect, it } from "vitest";
import { isOrigin } from "./origin.js";

it.each([
  "https://relay.example",
  "http://127.0.0.1:8787",
  "http://localhost:8787",
  "https://[2001:db8::1]:443",
  `https://${"a".repeat(247)}`,
])("takes %s", (text) => {
  expect(isOrigin(text)).toBe(true);
});

it.each([
  "",
  "relay.example",
  "https://",
  "https://relay.example/",
  "https://relay.example/path",
  "https://relay.example?query",
  "https://user@relay.example",
  "https://Relay.example",
  "https://relay..example",
  "https://relay.example:",
  "https://relay.example:123456",
  "https://relay.example\n",
  "javascript://relay.example",
  `https://${"a".repeat(248)}`,
])("refuses %j", (text) => {
  expect(isOrigin(text)).toBe(false);
});
