import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { postProject } from "../../../api/console";
import { Page, Panel, Problem } from "../parts";
import { navigate } from "../route";
import { useForm } from "../useForm";

/** "Bird questions" → "bird-questions". */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);

export function NewProject() {
  const client = useQueryClient();
  const form = useForm(
    { name: "", slug: "" },
    ({ name, slug }) => postProject({ name, slug: slug || slugOf(name) }),
    async (project) => {
      await client.invalidateQueries({ queryKey: ["me"] });
      navigate(`/console/${project.slug}`);
    },
  );
  return (
    <Page
      title="New project"
      lead="A project holds examples, the people who judge them, and the models trained on what they say. You become its admin."
    >
      <Panel title="What it is called">
        <form className="form" onSubmit={form.submit}>
          <TextInput
            label="Name"
            required
            maxLength={200}
            value={form.values.name}
            onChange={({ target }) => form.set("name", target.value)}
            error={form.error("name")}
          />
          <TextInput
            label="Address"
            description="Letters, digits and hyphens. It stands in every link, so choose one that may stay."
            value={form.values.slug}
            placeholder={slugOf(form.values.name) || "bird-questions"}
            onChange={({ target }) => form.set("slug", target.value)}
            error={form.error("slug")}
          />
          <p className="hint">It begins with the paper’s error types: relevance, factuality, completeness. Everything else is set afterwards.</p>
          <Button type="submit" variant="filled" loading={form.sending.isPending}>
            Create
          </Button>
          {form.sending.isError && <Problem error={form.sending.error} what="Nothing was created." />}
        </form>
      </Panel>
    </Page>
  );
}
