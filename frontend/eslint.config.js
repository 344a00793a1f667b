import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Floors of src/, top first: a folder may import from floors below its own, never sideways or upwards. */
const floors = [["app"], ["features/annotate", "features/console"], ["state", "ui", "api"], ["text"]];

const boundaries = floors.flatMap((floor, depth) =>
  floor.map((folder) => {
    const above = floors.slice(0, depth).flat();
    const beside = floor.filter((other) => other !== folder);
    const forbidden = [...above, ...beside];
    return {
      files: [`src/${folder}/**/*.{ts,tsx}`],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: forbidden.map((other) => ({
              group: [`**/../${other}/**`, `../${other}/**`, ...(other.includes("/") ? [`../${other.split("/")[1]}/**`] : [])],
              message: `src/${folder} may not import from src/${other}`,
            })),
          },
        ],
      },
    };
  }),
);

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.ts"] },
  js.configs.recommended,
  tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // The array and the root element are known to exist where `!` is written.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Text comes from models: it is drawn as text nodes only.
      "no-restricted-syntax": ["error", { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Draw text as text nodes." },
        { selector: "MemberExpression[property.name=/^(inner|outer)HTML$/]", message: "Draw text as text nodes." }],
    },
  },
  ...boundaries,
);
