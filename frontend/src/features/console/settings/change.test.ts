import { expect, it } from "vitest";
import type { ProjectDetail } from "../../../api/console";
import { changeOf, typedOf } from "./change";

const project = {
  name: "Moons",
  overlap: 2,
  judged_responses: 1,
  lease_minutes: 30,
  base_policy: "",
  base_reward: "/m",
  require_corrections: true,
  strategy: "depth_first",
  queue_arranged: 1,
  retrain_after_annotations: null,
  retrain_every_hours: 24,
} as ProjectDetail;

it("sends back what was shown, an empty number as never", () => {
  const {
    name,
    overlap,
    judged_responses,
    lease_minutes,
    base_policy,
    base_reward,
    require_corrections,
    strategy,
    retrain_after_annotations,
    retrain_every_hours,
  } = project;
  expect(changeOf(typedOf(project))).toEqual({
    name,
    overlap,
    judged_responses,
    lease_minutes,
    base_policy,
    base_reward,
    require_corrections,
    strategy,
    retrain_after_annotations,
    retrain_every_hours,
  });
});

it("lets the server complain about what is no number", () => {
  expect(changeOf({ ...typedOf(project), overlap: "two", retrain_after_annotations: " 50 " })).toMatchObject({
    overlap: "two",
    retrain_after_annotations: 50,
  });
});
