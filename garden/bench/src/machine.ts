import { cpus } from "node:os";

/** What the figures were measured on, in one line. */
export function describeMachine(): string {
  const processors = cpus();
  return `${processors[0]?.model.trim() ?? "unknown processor"}, ${processors.length} CPUs, Node ${process.versions.node}`;
}
