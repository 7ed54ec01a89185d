import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.js";
import { appScripts, keepApp } from "./engine/app-update.js";
import { connectClient } from "./engine/connect-client.js";
import workerUrl from "./engine/engine-worker.ts?worker&url";
import { trustedScripts } from "./engine/trusted-scripts.js";

const scriptUrl = trustedScripts([workerUrl, ...appScripts]);
const client = connectClient(scriptUrl);
keepApp(scriptUrl);
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <App client={client} />
  </StrictMode>,
);
