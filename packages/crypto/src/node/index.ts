export { createNodeProvider } from "./node-provider.js";
