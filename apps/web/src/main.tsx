import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.js";
import { appScripts, keepApp } from "./engine/app-update.js";
import { connectClient } from "./engine/connect-client.js";
import workerUrl from "./engine/engine-worker.ts?worker&url";
import { trustedScripts } from "./engine/trusted-scripts.js";
import { activateLocale } from "./i18n/locale.js";
import { applyTheme, preferredLocale } from "./settings/preferences.js";

const scriptUrl = trustedScripts([workerUrl, ...appScripts]);
const client = connectClient(scriptUrl);
const update = keepApp(scriptUrl);
const element = document.getElementById("root");
if (element === null) throw new Error("the page has no root");
const root = createRoot(element);
applyTheme();
// English is in the first load; where another language cannot be fetched, it is shown.
activateLocale(preferredLocale())
  .catch(() => activateLocale("en"))
  .then(() => {
    root.render(
      <StrictMode>
        <App client={client} update={update} />
      </StrictMode>,
    );
  });
