import { useComputedColorScheme } from "@mantine/core";

/** Whether the page is dark now, by choice or by the system. */
export const useDark = () => useComputedColorScheme("light") === "dark";
