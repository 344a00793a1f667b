import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { AnnotatePage } from "../features/annotate/AnnotatePage";
import { startLanguage } from "../features/annotate/language";
import { Broken } from "../features/annotate/Notices";
import "../ui/theme.css";
import "../ui/controls.css";
import "../features/annotate/annotate.css";
import "../features/annotate/marking.css";
import "../features/annotate/passages.css";
import "../features/annotate/correction.css";
import "../features/annotate/beside.css";
import "../features/annotate/compare/compare.css";
import "../features/annotate/questions.css";
import "../features/annotate/guidance/guidance.css";

const slug = decodeURIComponent(location.pathname.split("/")[2] ?? "");

await startLanguage();

const root = createRoot(document.getElementById("root")!, {
  onUncaughtError(error) {
    reportError(error);
    queueMicrotask(() => root.render(<Broken />));
  },
});
root.render(
  <StrictMode>
    <AnnotatePage slug={slug} />
  </StrictMode>,
);
