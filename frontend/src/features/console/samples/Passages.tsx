import type { Sample } from "../../../api/console";

export function Passages({ passages }: { passages: Sample["passages"] }) {
  if (passages.length === 0) return null;
  return (
    <details>
      <summary>{passages.length === 1 ? "1 passage" : `${passages.length} passages`}</summary>
      {passages.map(({ title, sentences }, i) => (
        <div key={i} className="passage">
          <strong>{title}</strong>
          <p>{sentences.join(" ")}</p>
        </div>
      ))}
    </details>
  );
}
