import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Two pages, one build. Modules that both pages use land in one shared chunk by themselves; a module that only the
// console uses (Mantine, uPlot) never reaches the annotate page, whose weight tests in src/app/budget.test.ts check.
export default defineConfig({
  base: "/static/",
  plugins: [react()],
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
