import { blocks } from "./prose";

/** A project's own words, as text nodes. */
export function Prose({ body }: { body: string }) {
  return (
    <div className="prose" dir="auto">
      {blocks(body).map((block, i) =>
        block.kind === "list" ? (
          <ul key={i}>
            {block.items.map((item, j) => (
              <li key={j}>{item}</li>
            ))}
          </ul>
        ) : (
          <p key={i}>{block.text}</p>
        ),
      )}
    </div>
  );
}
