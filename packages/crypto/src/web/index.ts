export { createWebProvider } from "./web-provider.js";
