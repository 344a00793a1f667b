import { promoteModel, type Model } from "../../../api/console";
import { Confirm } from "../Confirm";
import { activeOf, useModels, useProject, useRefresh } from "../project";

/** Makes a model the active one of its kind, after saying what that means. */
export function Promote({ model }: { model: Model }) {
  const project = useProject();
  const refresh = useRefresh();
  const active = activeOf(useModels(project.id).data ?? [], model.kind);
  const uses =
    model.kind === "policy"
      ? "PPO, sampling and evaluation start from it unless told otherwise"
      : "PPO and sampling are scored by it unless told otherwise";
  return (
    <Confirm
      label={`Promote${model.stage === "archived" ? " again" : ""}`}
      title={`Promote ${model.name}?`}
      verb="Promote"
      act={async () => {
        await promoteModel(model.id);
        await refresh();
      }}
    >
      <p>
        {model.name} becomes the active {model.kind === "policy" ? "policy" : "reward model"}: {uses}.
      </p>
      <p>
        {active ? `${active.name}, active until now, is archived; it can be promoted again.` : "None is active until now."} Jobs that run keep the
        models they began with.
      </p>
    </Confirm>
  );
}
