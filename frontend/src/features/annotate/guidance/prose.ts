/** Plain text as a project writes it: blank lines between paragraphs, lines that begin with "- " are a list. Pure. */
export type Block = { kind: "paragraph"; text: string } | { kind: "list"; items: string[] };

const ITEM = /^\s*[-•]\s+/;

export function blocks(body: string): Block[] {
  return body
    .split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*/)
    .filter((part) => part.trim())
    .flatMap(inParts);
}

/** A paragraph may run into its list without a blank line; a line below an item that is none itself goes on with it. */
function inParts(part: string): Block[] {
  const found: Block[] = [];
  for (const line of part.split(/\r\n?|\n/)) {
    const last = found.at(-1);
    if (ITEM.test(line)) {
      const item = line.replace(ITEM, "");
      if (last?.kind === "list") last.items.push(item);
      else found.push({ kind: "list", items: [item] });
    } else if (last?.kind === "list") last.items.push(`${last.items.pop()!} ${line.trim()}`);
    else if (last) last.text += `\n${line}`;
    else found.push({ kind: "paragraph", text: line });
  }
  return found;
}
