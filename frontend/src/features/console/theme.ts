/** Mantine in the colours of ui/theme.css, and the choice between light, dark and the system's. */
import { Button, createTheme, type CSSVariablesResolver, type MantineColorSchemeManager } from "@mantine/core";

const KEY = "redpen:theme";
export type Scheme = "light" | "dark" | "auto";

export function readScheme(): Scheme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto";
  }
}

/** Tells the style sheet, which follows the system unless <html> says otherwise. */
export function applyScheme(scheme: Scheme): void {
  if (scheme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = scheme;
}

/** Storage may be forbidden: then the choice lasts as long as the page. */
export const schemeManager: MantineColorSchemeManager = {
  get: readScheme,
  set: (scheme) => {
    applyScheme(scheme);
    try {
      localStorage.setItem(KEY, scheme);
    } catch {
      // Not kept.
    }
  },
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

const colours = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-bright": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-soft)",
  "--mantine-color-placeholder": "var(--ink-soft)",
  "--mantine-color-error": "var(--accent)",
  "--mantine-color-default": "var(--raised)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--edge)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--ink-soft)",
  "--mantine-color-disabled-border": "var(--rule)",
  // The red is for the one thing to do next: sliders and boxes are ink.
  "--mantine-primary-color-filled": "var(--ink)",
  "--mantine-primary-color-contrast": "var(--paper)",
};

/** Not for the page: theme.test.tsx makes mantine.css of them. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: colours, dark: colours });

export const theme = createTheme({
  primaryColor: "red",
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "0.87rem", sm: "0.97rem" },
  defaultRadius: "md",
  focusRing: "never", // ui/theme.css draws it
  components: {
    Button: Button.extend({
      defaultProps: { variant: "default", size: "sm" },
      vars: (_theme, props) => ({
        root:
          props.variant === "filled"
            ? {
                "--button-bg": "var(--accent)",
                "--button-hover": "color-mix(in oklab, var(--accent) 88%, var(--ink))",
                "--button-color": "var(--accent-ink)",
              }
            : {},
      }),
    }),
  },
});
