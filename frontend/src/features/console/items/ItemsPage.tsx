import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { getAnnotations, getExamples } from "../../../api/console";
import { Answer, Empty, Page } from "../parts";
import { useProject } from "../project";
import { Link, navigate, useRoute } from "../route";
import { askedBy } from "./address";
import { AnnotationTable } from "./AnnotationTable";
import { ExampleTable } from "./ExampleTable";
import { Chips, FilterForm } from "./Filters";
import { said } from "./said";
import { useItems, type Items } from "./useItems";

/** What a number is made of: annotations or examples, by what the address says. */
export function ItemsPage() {
  const { at } = useProject();
  const { query } = useRoute();
  const examples = query.get("of") === "examples";
  const go = (to: URLSearchParams) => navigate(at(to.size > 0 ? `items?${to}` : "items"), true);
  return (
    <Page
      title={examples ? "Examples" : "Annotations"}
      lead={
        examples ? (
          <>
            What is to be judged, by its id. To the <Link href={at("items")}>annotations</Link>.
          </>
        ) : (
          <>
            What was handed in, the newest first. To the <Link href={at("items?of=examples")}>examples</Link>.
          </>
        )
      }
    >
      <FilterForm examples={examples} query={query} go={go} />
      <Chips query={query} go={go} />
      {examples ? <Examples key={String(query)} query={query} /> : <Annotations key={String(query)} query={query} />}
    </Page>
  );
}

function Annotations({ query }: { query: URLSearchParams }) {
  const { id } = useProject();
  const items = useItems(["annotations", id, String(query)], (page) => getAnnotations(id, { ...askedBy(query), ...page }));
  const type = query.get("type");
  return <Found items={items} count={(rows) => said.annotations(rows, type)} table={(rows) => <AnnotationTable rows={rows} type={type} />} />;
}

function Examples({ query }: { query: URLSearchParams }) {
  const { id } = useProject();
  const items = useItems(["examples", id, String(query)], (page) => getExamples(id, { ...askedBy(query), ...page }));
  const confused = query.getAll("confused");
  return (
    <Found
      items={items}
      count={(rows) => said.examples(rows, confused.length > 0)}
      table={(rows) => <ExampleTable rows={rows} confused={confused.length > 0} />}
    />
  );
}

function Found<T>({
  items: { query, rows, more },
  count,
  table,
}: {
  items: Items<T>;
  count: (rows: T[]) => string;
  table: (rows: T[]) => ReactNode;
}) {
  return (
    <Answer query={query} height={400}>
      {() => (
        <>
          <p className="found" role="status">
            {query.isFetching ? `${count(rows)} so far; looking further …` : query.hasNextPage ? `${count(rows)}, and there may be more.` : `${count(rows)}.`}
          </p>
          {rows.length > 0 ? table(rows) : !query.hasNextPage && <Empty>Nothing passes these filters.</Empty>}
          {query.hasNextPage && (
            <Button loading={query.isFetchingNextPage} onClick={more}>
              {rows.length > 0 ? "Show more" : "Look further"}
            </Button>
          )}
        </>
      )}
    </Answer>
  );
}
