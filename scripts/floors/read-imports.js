import { parseSync } from "vite";

/**
 * @typedef {object} Import
 * @property {string | undefined} specifier undefined where it is not a literal and nobody can read it beforehand
 * @property {number} line 1-based
 */

/**
 * @typedef {object} Directive a triple-slash reference
 * @property {"lib" | "types" | "path"} kind
 * @property {string} value
 * @property {number} line 1-based
 */

/**
 * Every module that a TypeScript or JavaScript source names: static, dynamic and type-only imports, re-exports,
 * `import("x")` in types, `import x = require("x")` and plain `require("x")`.
 *
 * @param {string} file its extension says the language
 * @param {string} source
 * @returns {{ imports: Import[], directives: Directive[] }}
 * @throws {SyntaxError} if the source does not parse
 */
export function readImports(file, source) {
  const parsed = parseSync(file, source);
  const [fault] = parsed.errors;
  if (fault !== undefined) throw new SyntaxError(`${file}: ${fault.message}`);
  /** @type {Import[]} */
  const imports = [];
  visit(parsed.program, (node) => {
    const named = namedModule(node);
    if (named !== undefined) imports.push({ specifier: literal(named.node), line: lineAt(source, node.start) });
  });
  return { imports, directives: readDirectives(parsed.comments, source) };
}

/** @typedef {{ type: string, start: number, [key: string]: unknown }} SyntaxNode */

/**
 * The node that holds the module's name, if this node names a module.
 *
 * @param {SyntaxNode} node
 * @returns {{ node: unknown } | undefined}
 */
function namedModule(node) {
  switch (node.type) {
    case "ImportDeclaration":
    case "ImportExpression":
    case "ExportAllDeclaration":
    case "TSImportType":
      return { node: node["source"] };
    case "ExportNamedDeclaration":
      return node["source"] ? { node: node["source"] } : undefined;
    case "TSExternalModuleReference":
      return { node: node["expression"] };
    case "CallExpression": {
      const callee = /** @type {SyntaxNode} */ (node["callee"]);
      const [argument] = /** @type {unknown[]} */ (node["arguments"]);
      return callee.type === "Identifier" && callee["name"] === "require" ? { node: argument } : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * @param {unknown} node
 * @returns {string | undefined}
 */
function literal(node) {
  if (!isNode(node)) return undefined;
  return node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined;
}

/**
 * @param {unknown} value
 * @param {(node: SyntaxNode) => void} see
 */
function visit(value, see) {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
  } else if (isNode(value)) {
    see(value);
    for (const key of Object.keys(value)) visit(value[key], see);
  }
}

/**
 * @param {unknown} value
 * @returns {value is SyntaxNode}
 */
function isNode(value) {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/**
 * @param {ReadonlyArray<{ type: string, value: string, start: number }>} comments
 * @param {string} source
 */
function readDirectives(comments, source) {
  /** @type {Directive[]} */
  const directives = [];
  for (const comment of comments) {
    const match =
      comment.type === "Line" && /^\/\s*<reference\s+(lib|types|path)\s*=\s*["']([^"']+)/.exec(comment.value);
    if (!match) continue;
    const kind = /** @type {Directive["kind"]} */ (match[1]);
    directives.push({ kind, value: /** @type {string} */ (match[2]), line: lineAt(source, comment.start) });
  }
  return directives;
}

/**
 * @param {string} source
 * @param {number} offset
 */
function lineAt(source, offset) {
  return source.slice(0, offset).split("\n").length;
}
