/** Addresses of the console: /console/<project>/<page>/<id>. A path, and links that change it without a reload. */
import { useSyncExternalStore, type ComponentPropsWithoutRef } from "react";

export type Route = { slug: string; page: string; id: string; query: URLSearchParams };

export function readRoute(address: string): Route {
  const { pathname, searchParams } = new URL(address);
  const [slug = "", page = "", id = ""] = pathname.split("/").slice(2).map(decodeURIComponent);
  return { slug, page, id, query: searchParams };
}

const listen = (changed: () => void) => {
  window.addEventListener("popstate", changed);
  return () => window.removeEventListener("popstate", changed);
};

export const useRoute = (): Route => readRoute(useSyncExternalStore(listen, () => location.href));

export function navigate(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  window.dispatchEvent(new PopStateEvent("popstate"));
  if (!replace) window.scrollTo(0, 0);
}

/** Takes the click of a plain link, and leaves those that open a new tab to the browser. */
export function follow(event: React.MouseEvent<HTMLAnchorElement>): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(event.currentTarget.href);
}

export function Link(props: ComponentPropsWithoutRef<"a"> & { href: string }) {
  const { href, children, ...rest } = props;
  return (
    <a {...rest} href={href} onClick={follow}>
      {children}
    </a>
  );
}
