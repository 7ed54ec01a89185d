import type { FastifyInstance } from "fastify";
import type { DisclosureSigner } from "./disclosure-key.js";

/** Publishes the key that the relay signs disclosures by: one line, a verifier key of signed notes. */
export function addDisclosureRoute(http: FastifyInstance, { verifierKey }: DisclosureSigner): void {
  http.get("/v1/disclosure-key", async (_request, reply) => {
    reply.header("content-type", "text/plain; charset=utf-8").header("cache-control", "no-store");
    return `${verifierKey}\n`;
  });
}
