import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

type Limits = { js: number; css: number };

/** Fails the build when what the entry loads at once, gzipped, is more than the limits allow (bytes). */
export function budget(entry: string, limits: Limits): Plugin {
  return {
    name: "budget",
    apply: "build",
    writeBundle(_, bundle) {
      const loaded = new Set<string>();
      const load = (file: string) => {
        const chunk = bundle[file];
        if (loaded.has(file) || !chunk) return;
        loaded.add(file);
        if (chunk.type !== "chunk") return;
        for (const other of [...chunk.imports, ...chunk.dynamicImports, ...(chunk.viteMetadata?.importedCss ?? [])]) load(other);
      };
      for (const chunk of Object.values(bundle)) if (chunk.type === "chunk" && chunk.isEntry && chunk.name === entry) load(chunk.fileName);
      if (loaded.size === 0) this.error(`there is no entry ${entry} to weigh`);
      for (const [kind, limit] of Object.entries(limits)) {
        const files = [...loaded].filter((file) => file.endsWith(`.${kind}`));
        const bytes = files.reduce((sum, file) => sum + sizeOf(bundle[file]!), 0);
        const verdict = `${entry}: ${(bytes / 1000).toFixed(1)} kB of ${kind}, gzipped; allowed are ${limit / 1000} kB`;
        if (bytes > limit) this.error(verdict);
        else this.info(verdict);
      }
    },
  };
}

function sizeOf(file: { type: "chunk"; code: string } | { type: "asset"; source: string | Uint8Array }): number {
  return gzipSync(file.type === "chunk" ? file.code : file.source, { level: 9 }).length;
}
