/** What may change of a study although people were promised the rest: more places, and what an hour is to be worth. */
import { Button, NumberInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { patchStudy, type Study } from "../../../api/studies";
import { Problem } from "../parts";
import { useRefresh } from "../project";
import { useForm } from "../useForm";

export function Change({ study }: { study: Study }) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const form = useForm(
    { places: study.places as number | string, target_per_hour: Number(study.target_per_hour) as number | string },
    ({ places, target_per_hour }) => patchStudy(study.id, { places: Number(places), target_per_hour: String(target_per_hour) }),
    (saved) => {
      client.setQueryData(["study", study.id], saved);
      void refresh();
    },
  );
  return (
    <details>
      <summary>Change places or target</summary>
      <form className="form" onSubmit={form.submit}>
        <NumberInput hideControls label="Places" required min={1} allowDecimal={false} value={form.values.places} onChange={(value) => form.set("places", value)} error={form.error("places")} />
        <NumberInput
          hideControls
          label="Target for an hour"
          description="Top-ups are proposed from it. What is approved already stays."
          required
          min={0}
          decimalScale={2}
          fixedDecimalScale
          value={form.values.target_per_hour}
          onChange={(value) => form.set("target_per_hour", value)}
          error={form.error("target_per_hour")}
        />
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was changed." />}
        <Button type="submit" loading={form.sending.isPending}>
          Change
        </Button>
        {form.sending.isSuccess && (
          <p role="status" className="fits">
            Changed.
          </p>
        )}
      </form>
    </details>
  );
}
