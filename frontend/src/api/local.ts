/** What this browser keeps of unfinished work. Storage may be full or forbidden: then nothing is kept, and nothing breaks. */
const key = (assignment: number) => `redpen:draft:${assignment}`;

export function readLocal(assignment: number): unknown {
  try {
    return JSON.parse(localStorage.getItem(key(assignment)) ?? "null");
  } catch {
    return null;
  }
}

/** Whether it was kept. */
export function writeLocal(assignment: number, draft: unknown): boolean {
  try {
    localStorage.setItem(key(assignment), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropLocal(assignment: number): void {
  try {
    localStorage.removeItem(key(assignment));
  } catch {
    // Nothing was kept there either.
  }
}

/** A random UUID; `crypto.randomUUID` exists only on https and localhost, and a lab may serve plain http. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
