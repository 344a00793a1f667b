/** Why there is no text for somebody whose work was paused or ended: what becomes of what they did, and what follows. */
import type { Me, Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { GuidancePage, Steps } from "./GuidancePage";
import { money } from "../money";

type Props = { me: Me; slug: string; onStop: () => void; halt: "paused" | "ended"; standing: Standing; onCheck: () => Promise<unknown> };

export function Halted({ halt, standing: { submitted, earned, pay }, onCheck, ...page }: Props) {
  const words = t.guide[halt];
  return (
    <GuidancePage key={halt} {...page} title={words.title}>
      <p>{words.body}</p>
      <p>
        {t.stopped.done(submitted)} {pay && earned !== null && submitted > 0 && t.stopped.earned(money(earned, pay.currency), null)} {t.guide.halted.kept}
      </p>
      <p>{t.guide.halted.write}</p>
      {halt === "paused" && (
        <Steps
          go={t.empty.check}
          onGo={async () => {
            await onCheck();
          }}
        />
      )}
    </GuidancePage>
  );
}
