/** Why there is no text for somebody whose work is done, was paused or ended: what becomes of what they did, and what follows. */
import type { Me, Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { GuidancePage, Steps } from "./GuidancePage";
import { money } from "../money";
import { Part } from "./Part";

type Props = { me: Me; slug: string; onStop: () => void; halt: "paused" | "ended" | "finished"; standing: Standing; onCheck: () => Promise<unknown> };

export function Halted({ halt, standing, onCheck, ...page }: Props) {
  const { submitted, earned, pay } = standing;
  const words = t.guide[halt];
  return (
    <GuidancePage key={halt} {...page} title={words.title}>
      <p>{words.body}</p>
      <p>
        {t.stopped.done(submitted)} {pay && earned !== null && submitted > 0 && t.stopped.earned(money(earned, pay.currency), null)} {halt !== "finished" && t.guide.halted.kept}
      </p>
      <Part standing={standing} next={halt === "finished"} />
      {halt !== "finished" && <p>{t.guide.halted.write}</p>}
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
