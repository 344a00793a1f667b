import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, describe, expect, test } from "vitest";
import { language, languages, onSpeak, pickLanguage, speak, t } from "./strings";
import { de } from "./strings/de";
import { en } from "./strings/en";

/** "path: kind" of everything that a catalogue says. */
function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

describe("catalogues", () => {
  test("say the same things", () => {
    expect(shape(de)).toEqual(shape(en));
  });

  test("leave nothing empty", () => {
    const empty = (value: unknown): boolean => (typeof value === "object" && value !== null ? Object.values(value).some(empty) : value === "");
    expect([empty(en), empty(de)]).toEqual([false, false]);
  });
});

describe("the language", () => {
  afterEach(() => speak("en"));

  test("is the first wanted one that there is", () => {
    expect(pickLanguage(["fr", "de-CH", "en"])).toBe("de");
    expect(pickLanguage(["constructor", "", "xx"])).toBe("en");
  });

  test("is spoken from then on, said to the document and to whoever listens", async () => {
    let told = 0;
    const stop = onSpeak(() => (told += 1));
    await speak("de");
    expect([t.close, language(), document.documentElement.lang, told]).toEqual(["Schließen", "de", "de", 1]);
    stop();
    await speak("en");
    expect([t.close, told]).toEqual(["Close", 1]);
  });

  test.each(Object.keys(languages))("%s has a catalogue", async (tag) => {
    await speak(tag);
    expect(language()).toBe(tag);
  });
});

const SAID = ["aria-label", "aria-description", "title", "alt", "placeholder"];

/** Words that a component itself holds and shows: in an element or in an attribute, also as one side of a condition. */
function literals(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node, shown: boolean) => {
    const text = ts.isJsxText(node) || (shown && (ts.isStringLiteralLike(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node))) ? node.text.trim() : "";
    if (/\p{L}{2}/u.test(text)) found.push(`${path}: ${text}`);
    const inside = (ts.isJsxExpression(node) && ts.isJsxElement(node.parent)) || (ts.isJsxAttribute(node) && SAID.includes(node.name.getText()));
    const passesOn = ts.isJsxExpression(node) || ts.isConditionalExpression(node) || ts.isTemplateExpression(node) || ts.isTemplateSpan(node);
    node.forEachChild((child) => visit(child, inside || (shown && passesOn && !(ts.isConditionalExpression(node) && child === node.condition))));
  };
  visit(source, false);
  return found;
}

test("no component says anything that is not in the catalogues", () => {
  const files = ["src/features/annotate", "src/ui"].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)));
  const components = files.filter((name) => name.endsWith(".tsx") && !/test/.test(name));
  expect(components.length).toBeGreaterThan(10);
  // What is printed on a key.
  expect(components.flatMap(literals).filter((found) => !/: (Esc|Del|Enter)$/.test(found))).toEqual([]);
});
