/** Mantine's variables come from a file: a <style> that it made in the page would need an exception in the policy. */
import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { cssVariables, theme } from "./theme";

const HEAD = "/* What Mantine would put into a <style> for our theme; `vitest run -u` writes it anew. */\n";

it("has in mantine.css what Mantine makes of the theme", async () => {
  window.matchMedia = () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }) as never;
  const { container } = render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      <p />
    </MantineProvider>,
  );
  const made = container.querySelector("style[data-mantine-styles=true]")!.textContent;
  const rules = made.replace(/\s*([{}])\s*/g, "$1").replace(/;\s*/g, ";\n  ").replace(/\{/g, " {\n  ").replace(/ {2}\}/g, "}\n");
  await expect(HEAD + rules).toMatchFileSnapshot("mantine.css");
});
