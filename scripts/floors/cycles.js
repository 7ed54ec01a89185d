/**
 * The cycles of a directed graph: one for every arrow that leads back onto the path of a depth-first walk. Empty
 * exactly if the graph has none.
 *
 * @param {ReadonlyMap<string, Iterable<string>>} arrows
 * @returns {string[][]} each from a node back to itself, the node named at both ends
 */
export function findCycles(arrows) {
  /** @type {string[][]} */
  const cycles = [];
  /** @type {Set<string>} */
  const finished = new Set();
  /** @type {string[]} */
  const trail = [];

  /** @param {string} node */
  function walk(node) {
    if (finished.has(node)) return;
    const met = trail.indexOf(node);
    if (met >= 0) {
      cycles.push([...trail.slice(met), node]);
      return;
    }
    trail.push(node);
    for (const next of arrows.get(node) ?? []) walk(next);
    trail.pop();
    finished.add(node);
  }

  for (const node of arrows.keys()) walk(node);
  return cycles;
}
