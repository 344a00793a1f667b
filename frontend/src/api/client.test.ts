import { afterEach, expect, test, vi } from "vitest";
import { api, ApiError, unwrap } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown) {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
}

test("an answer is unwrapped", async () => {
  answer(200, { id: 1 });
  expect(await unwrap(api.GET("/api/v1/me"))).toEqual({ id: 1 });
});

test("the server's error keeps its code, message and fields", async () => {
  answer(422, { code: "quote_mismatch", message: "No.", fields: { "spans.0": "No." } });
  const error = await unwrap(api.GET("/api/v1/me")).catch((e: unknown) => e as ApiError);
  expect(error).toMatchObject({ status: 422, code: "quote_mismatch", message: "No.", fields: { "spans.0": "No." } });
});

test("no answer at all is status 0", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(unwrap(api.GET("/api/v1/me"))).rejects.toMatchObject({ status: 0, code: "unreachable" });
});
