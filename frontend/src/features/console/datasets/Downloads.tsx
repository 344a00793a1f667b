import { downloadAddress, type Dataset } from "../../../api/console";
import { useProject } from "../project";
import { Link } from "../route";

/** The dataset's own lines as a file, and the way to its other formats. */
export function Downloads({ dataset }: { dataset: Pick<Dataset, "id" | "name" | "kind" | "erased_at"> }) {
  const { at } = useProject();
  if (dataset.erased_at) return <span className="soft">erased</span>;
  return (
    <span className="downloads">
      <a href={downloadAddress(dataset.id, "jsonl")} download aria-label={`JSONL of ${dataset.name}`}>
        JSONL
      </a>
      {dataset.kind === "feedback" && (
        <Link href={at(`datasets/${dataset.id}`)} aria-label={`Other formats of ${dataset.name}`}>
          other
        </Link>
      )}
    </span>
  );
}
