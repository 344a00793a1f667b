import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/Loader.css";
import "@mantine/core/styles/Button.css";
import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Input.css";
import "@mantine/core/styles/Checkbox.css";
import "@mantine/core/styles/Radio.css";
import "@mantine/core/styles/FloatingIndicator.css";
import "@mantine/core/styles/SegmentedControl.css";
import "@mantine/core/styles/Slider.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "../api/client";
import { Console } from "../features/console/Console";
import { applyScheme, readScheme, schemeManager, theme } from "../features/console/theme";
import "../features/console/mantine.css";
import "../ui/theme.css";
import "../ui/controls.css";
import "../features/console/frame.css";
import "../features/console/panels.css";
import "../features/console/data.css";
import "../features/console/tables.css";
import "../features/console/forms.css";
import "../features/console/adjudication/adjudication.css";
import "../features/console/jobs/curves.css";
import "../features/console/quality/quality.css";
import "../features/console/samples/samples.css";
import "../features/console/dashboard/dashboard.css";
import "../features/console/items/items.css";
import "../features/console/studies/studies.css";

applyScheme(readScheme());

// An answer that says no will say no again; only one that did not come is asked for a second time.
const client = new QueryClient({
  defaultOptions: {
    // The server may be this machine; and what cannot be sent is to say so, not to wait unseen for a network.
    queries: { networkMode: "always", staleTime: 2_000, retry: (failures, error) => failures < 1 && error instanceof ApiError && error.status === 0 },
    mutations: { networkMode: "always" },
  },
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    {/* Its variables are in mantine.css: the page may hold no <style>. */}
    <MantineProvider theme={theme} withCssVariables={false} withGlobalClasses={false} colorSchemeManager={schemeManager} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Console />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
