import type { Report } from "./report.js";

/** The workers that the page may start; whatever else is asked for is refused by the policy. */
const workers = ["/smoke-worker.js", "/race-worker.js"];

// TypeScript's DOM library does not have Trusted Types yet.
declare const trustedTypes: {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
};

function report(message: Report): void {
  void fetch("/report", { method: "POST", body: JSON.stringify(message) });
}

function fail(message: string): void {
  report({ kind: "failure", message });
}

document.addEventListener("securitypolicyviolation", (event) => fail(`the policy forbids ${event.violatedDirective}`));
addEventListener("error", (event) => fail(event.message));

const policy = trustedTypes.createPolicy("workers", {
  createScriptURL(url) {
    if (!workers.includes(url)) throw new TypeError(`${url} is no worker of this page`);
    return url;
  },
});
const [script = "", options = ""] = decodeURIComponent(location.hash.slice(1)).split("?");
const worker = new Worker(policy.createScriptURL(script), { type: "module" });
worker.addEventListener("message", (event: MessageEvent<Report>) => report(event.data));
worker.addEventListener("error", (event) => fail(event.message || "the worker did not start"));
worker.postMessage(options);
