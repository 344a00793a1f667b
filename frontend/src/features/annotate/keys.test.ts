import { describe, expect, test } from "vitest";
import { commandFor, type KeyPress, type Zone } from "./keys";

const types = [{ key: "plain", hotkey: "1" }];
const none = { code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
const command = (press: Partial<KeyPress> & { key: string }, zone: Zone | null = "text", typing = false) => commandFor({ ...none, ...press }, zone, typing, types);

describe("keys", () => {
  test.each([
    [{ key: "1" }, { do: "type", type: "plain" }],
    [{ key: "ArrowRight" }, { do: "walk", by: 1, unit: "word", extend: false }],
    [{ key: "ArrowLeft", altKey: true }, { do: "walk", by: -1, unit: "grapheme", extend: false }],
    [{ key: "ArrowRight", altKey: true, shiftKey: true }, { do: "walk", by: 1, unit: "grapheme", extend: true }],
    [{ key: "Home", shiftKey: true }, { do: "walk", by: -1, unit: "line", extend: true }],
    [{ key: "End", ctrlKey: true }, { do: "walk", by: 1, unit: "text", extend: false }],
    [{ key: "]" }, { do: "nudge", edge: "end", by: 1, unit: "word" }],
    [{ key: "{", shiftKey: true }, { do: "nudge", edge: "start", by: -1, unit: "word" }],
    [{ key: "]", altKey: true }, { do: "nudge", edge: "end", by: 1, unit: "grapheme" }],
    // What Alt makes of the bracket keys on a Mac, and where they are on a German keyboard.
    [{ key: "“", code: "BracketLeft", altKey: true }, { do: "nudge", edge: "end", by: -1, unit: "grapheme" }],
    [{ key: "’", code: "BracketRight", altKey: true, shiftKey: true }, { do: "nudge", edge: "start", by: 1, unit: "grapheme" }],
    // AltGr, which types brackets on a German keyboard.
    [{ key: "]", ctrlKey: true, altKey: true }, { do: "nudge", edge: "end", by: 1, unit: "word" }],
    [{ key: "z", metaKey: true }, { do: "undo" }],
    [{ key: "Z", ctrlKey: true, shiftKey: true }, { do: "redo" }],
  ])("%j in the text", (press, expected) => expect(command(press)).toEqual(expected));

  test.each([
    ["a letter that means nothing", { key: "q" }, "text", false],
    ["a type in a field", { key: "1" }, "cards", true],
    ["Home in a field", { key: "Home", ctrlKey: true }, null, true],
    ["undo of a field", { key: "z", ctrlKey: true }, null, true],
    ["a type outside the desk", { key: "1" }, null, false],
    ["back a page, outside the text", { key: "ArrowLeft", altKey: true }, "cards", false],
    ["another key with Alt", { key: "s", altKey: true }, "text", false],
  ] as const)("%s is left to the browser", (_, press, zone, typing) => expect(command(press, zone, typing)).toBeNull());
});
