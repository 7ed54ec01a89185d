import tailwind from "@tailwindcss/vite";
import { defaultClientConditions, defineConfig } from "vite";
import { compressed } from "./build/compressed.js";
import { emojiData } from "./build/emoji-data.js";
import { serviceWorker } from "./build/service-worker.js";
import { withoutPromiser } from "./build/without-promiser.js";

export default defineConfig({
  plugins: [tailwind(), emojiData(), serviceWorker(), compressed()],
  // Workspace packages are built from their sources: a stale build cannot get into the app.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  worker: { format: "es", plugins: () => [withoutPromiser()] },
  build: {
    target: "es2023",
    // Nothing inline: the policy allows no data: in scripts, styles and fonts, and images are cached by name.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
