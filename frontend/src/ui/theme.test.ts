/** Whether the colours of theme.css can be told apart: by WCAG's contrast, computed from the style sheets themselves. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

type Colour = readonly [number, number, number];

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf-8");
const sheet = read("./theme.css");
const marking = read("../features/annotate/marking.css");

const hex = (text: string): Colour => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16) / 255) as unknown as Colour;
const each = (a: Colour, b: Colour, make: (x: number, y: number) => number) => a.map((x, i) => make(x, b[i]!)) as unknown as Colour;

const linear = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const gamma = (x: number) => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
const times = (rows: readonly (readonly number[])[], v: readonly number[]) => rows.map((row) => row.reduce((sum, x, i) => sum + x * v[i]!, 0));

/** Björn Ottosson's matrices, as CSS Color 4 uses them. */
function oklab(colour: Colour): Colour {
  const lms = times([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], colour.map(linear));
  return times([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]], lms.map(Math.cbrt)) as unknown as Colour;
}

function fromOklab(lab: Colour): Colour {
  const lms = times([[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]], lab).map((x) => x ** 3);
  return times([[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965], [-0.0041960863, -0.7034186147, 1.707614701]], lms).map((x) => gamma(Math.min(1, Math.max(0, x)))) as unknown as Colour;
}

/** `color-mix(in oklab, colour share, over)`. */
const mixed = (colour: Colour, share: number, over: Colour) => fromOklab(each(oklab(colour), oklab(over), (x, y) => share * x + (1 - share) * y));
/** The same with `transparent`, as it is drawn over what is behind it. */
const washed = (colour: Colour, share: number, behind: Colour) => each(colour, behind, (x, y) => share * x + (1 - share) * y);

const luminance = (colour: Colour) => times([[0.2126, 0.7152, 0.0722]], colour.map(linear))[0]!;
function contrast(a: Colour, b: Colour): number {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

/** The share of a hue or ink in one `color-mix` of marking.css, by the selector that it stands under. */
function share(selector: string): number {
  const rule = marking.slice(marking.indexOf(`${selector} {`));
  return Number(/color-mix\(in oklab, var\(--\w+\) (\d+)%/.exec(rule)![1]) / 100;
}

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const colours = Object.fromEntries(
    [...sheet.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name!, hex(theme === "light" ? light! : dark!)]),
  );
  const of = (name: string) => colours[name]!;
  const hues = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => of(`hue-${n}`));
  const papers = [of("paper"), of("sunken")]; // the text lies on paper, and on the sunken colour under the pointer

  test("text can be read on every ground", () => {
    const grounds: [string, string[]][] = [
      ["ink", ["paper", "raised", "sunken", "select", "accent-wash", "ok-wash", "warn-wash"]],
      ["ink-soft", ["paper", "raised", "sunken"]],
      ["accent", ["paper", "raised", "accent-wash"]],
      ["accent-ink", ["accent"]],
      ["ok", ["paper", "raised", "ok-wash"]],
      ["warn", ["paper", "raised", "warn-wash"]],
    ];
    for (const [text, behind] of grounds) for (const ground of behind) expect(contrast(of(text), of(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  test("marked words can be read on the tint of their mark, and with the earlier words' shade", () => {
    for (const paper of papers) {
      expect(contrast(of("ink"), washed(of("ink"), share(".response-text [data-antecedent]"), paper))).toBeGreaterThanOrEqual(4.5);
      for (const hue of hues) expect(contrast(of("ink"), washed(hue, share(".mark[data-focused]"), paper))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("lines and letters of marks are seen on paper, on their own tint and on a selection", () => {
    for (const paper of papers) {
      for (const [i, hue] of hues.entries()) {
        const tint = washed(hue, share(".mark[data-focused]"), paper);
        for (const ground of [paper, of("raised"), of("select")]) expect(contrast(hue, ground), `line ${i + 1}`).toBeGreaterThanOrEqual(3);
        expect(contrast(hue, tint), `line ${i + 1} on its tint`).toBeGreaterThanOrEqual(3);
        // The letter above the first word stands on the paper; it is small text.
        for (const ground of [paper, of("raised")]) expect(contrast(hue, ground), `letter ${i + 1}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test("the chosen type can be read on its tint", () => {
    for (const hue of hues) {
      const tint = mixed(hue, share('.type[aria-pressed="true"]'), of("raised"));
      expect(contrast(of("ink"), tint)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(hue, tint)).toBeGreaterThanOrEqual(4.5); // its badge
    }
  });

  test("edges of controls and the focus are seen", () => {
    for (const line of ["edge", "focus"]) for (const ground of ["paper", "raised"]) expect(contrast(of(line), of(ground)), `${line} on ${ground}`).toBeGreaterThanOrEqual(3);
  });
});

test("no two types of a taxonomy look alike: eight hues, and lines that differ between neighbours", () => {
  const hues = [...sheet.matchAll(/--hue-\d: light-dark\((#\w{6}), (#\w{6})\)/g)];
  expect(new Set(hues.map(([, light]) => light)).size).toBe(8);
  expect(new Set(hues.map(([, , dark]) => dark)).size).toBe(8);
});
