import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { postJob, type Dashboard, type Dataset, type Job, type JobKind, type Model } from "../../../api/console";
import { randomUuid } from "../../../api/local";
import { Problem, State } from "../parts";
import { unfinished, useProject, useRefresh } from "../project";
import { Link, navigate } from "../route";
import { nextStep, ppoPlan, retrainPlan, type Plan, type Step } from "./next";

type Known = { dashboard: Dashboard; datasets: Dataset[]; models: Model[]; jobs: Job[] };

/** The two big actions, and where the next step is neither of them, that step. */
export function Actions({ dashboard: { progress, types }, datasets, models, jobs }: Known) {
  const project = useProject();
  const facts = { project, progress, types, datasets, models };
  const next = nextStep(facts);
  const running = (kind: JobKind) => jobs.find((job) => job.kind === kind && unfinished(job));
  return (
    <section aria-label="What to do next" className="actions">
      <OtherStep step={next} />
      <Action kind="reward" name="Retrain reward models" plan={retrainPlan(facts)} next={next === "retrain"} now={running("reward")} />
      <Action kind="ppo" name="Run PPO" plan={ppoPlan(facts)} next={next === "ppo"} now={running("ppo")} />
    </section>
  );
}

function Action({ kind, name, plan, next, now }: { kind: JobKind; name: string; plan: Plan; next: boolean; now: Job | undefined }) {
  const project = useProject();
  const refresh = useRefresh();
  const [key] = useState(randomUuid); // pressed twice, or answered too late, it is still one job
  const start = useMutation({
    mutationFn: () => postJob(project.id, { kind, idempotency_key: key }),
    onSuccess: (job) => {
      void refresh();
      navigate(project.at(`jobs/${job.id}`));
    },
  });
  const possible = "will" in plan;
  return (
    <div className="action">
      <Button
        size="md"
        variant={next && possible && !now ? "filled" : "default"}
        disabled={!possible}
        loading={start.isPending}
        onClick={() => start.mutate()}
        aria-describedby={`will-${kind}`}
      >
        {name}
      </Button>
      <p id={`will-${kind}`} className={possible ? "" : "soft"}>
        {possible ? plan.will : plan.impossible}
      </p>
      {now && (
        <p>
          <State of={now.state} /> <Link href={project.at(`jobs/${now.id}`)}>One is not finished yet</Link>; another would wait its turn.
        </p>
      )}
      {start.isError && <Problem error={start.error} what="The job was not started." />}
      <Link href={project.at(`jobs/new?kind=${kind}`)}>Choose what it uses</Link>
    </div>
  );
}

function OtherStep({ step }: { step: Step }) {
  const { at, slug } = useProject();
  const door = {
    import: { href: "#import", name: "Import examples", text: "This project is empty. Bring in questions with the responses that are to be judged." },
    annotate: { href: `/annotate/${slug}`, name: "Start annotating", text: "The examples are there; nobody has marked one yet." },
    promote: {
      href: at("models"),
      name: "Look at the new reward models",
      text: "Reward models are trained and wait to be promoted; PPO can start after that.",
    },
  };
  if (step === "retrain" || step === "ppo") return null;
  const { href, name, text } = door[step];
  return (
    <div className="action">
      {step === "promote" ? (
        <Link className="primary" href={href}>
          {name}
        </Link>
      ) : (
        <a className="primary" href={href}>
          {name}
        </a>
      )}
      <p>{text}</p>
    </div>
  );
}
