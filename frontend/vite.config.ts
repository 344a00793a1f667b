import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { budget } from "./budget.ts";

// Two pages, one build. Modules that both pages use land in one shared chunk by themselves; a module that only the
// console uses (Mantine, uPlot) never reaches the annotate page, which must stay light.
export default defineConfig({
  base: "/static/",
  plugins: [react(), budget("annotate", { js: 130_000, css: 20_000 }), budget("console", { js: 260_000, css: 40_000 })],
  build: {
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { annotate: "annotate.html", console: "console.html" } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/setup.test-env.ts"],
  },
});
