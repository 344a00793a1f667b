import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

const PER_PAGE = 50;
// Pages that are fetched without being asked for while what is looked for is rare: each looks at thousands of rows.
const AT_ONCE = 40;

type Page<T> = { results: T[]; next: string | null };

export type Items<T> = ReturnType<typeof useItems<T>>;

/** Pages, one after the other; where they come back short because what is looked for is rare, on to the next by itself. */
export function useItems<T>(queryKey: unknown[], fetchPage: (page: Record<string, string>) => Promise<Page<T>>) {
  const [wanted, setWanted] = useState({ rows: PER_PAGE, pages: AT_ONCE });
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage({ limit: String(PER_PAGE), ...(pageParam && { after: pageParam }) }),
    initialPageParam: "",
    getNextPageParam: ({ next }: Page<T>) => next ?? undefined,
    refetchOnWindowFocus: false,
  });
  const rows = query.data?.pages.flatMap(({ results }) => results) ?? [];
  const pages = query.data?.pages.length ?? 0;
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  const onward = hasNextPage && !isFetching && !isError && rows.length < wanted.rows && pages < wanted.pages;
  useEffect(() => {
    if (onward) void fetchNextPage();
  }, [onward, fetchNextPage]);
  return { query, rows, more: () => setWanted({ rows: rows.length + PER_PAGE, pages: pages + AT_ONCE }) };
}
