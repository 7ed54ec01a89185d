/** The bindings behind openmls-wasm's entry, which the package does not declare. */
declare module "openmls-wasm/openmls_wasm_bg.js" {
  export * from "openmls-wasm";
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
