import { expect, it } from "vitest";
import { annotationsAt, askedBy, examplesAt, withFilter, without } from "./address";

it("names the items behind a number, and asks the server for the same", () => {
  expect(annotationsAt()).toBe("items");
  expect(annotationsAt({ person: "p-1 & co", counted: true })).toBe("items?person=p-1+%26+co&counted=true");
  expect(examplesAt({ judgements: 0, person: ["a", "b"] })).toBe("items?of=examples&judgements=0&person=a&person=b");
  expect(askedBy(new URLSearchParams("of=examples&judgements=0&person=a&person=b"))).toEqual({ judgements: "0", person: ["a", "b"] });
});

it("adds and takes away one filter at a time", () => {
  const address = new URLSearchParams("of=examples&person=a&person=b");
  expect(String(without(address, "person", "a"))).toBe("of=examples&person=b");
  expect(String(withFilter(address, "split", "dev"))).toBe("of=examples&person=a&person=b&split=dev");
  expect(String(withFilter(address, "person", ""))).toBe("of=examples");
});
