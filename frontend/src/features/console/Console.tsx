/** The frame of the console: which project, which page, and whose session. */
import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { getMe } from "../../api/annotate";
import { csrfToken } from "../../api/client";
import { getProject, type MyProject } from "../../api/console";
import { AdjudicatePage } from "./adjudication/AdjudicatePage";
import { QueuePage } from "./adjudication/QueuePage";
import { AuditPage } from "./audit/AuditPage";
import { Boundary } from "./Boundary";
import { DashboardPage } from "./dashboard/DashboardPage";
import { DatasetPage } from "./datasets/DatasetPage";
import { DatasetsPage } from "./datasets/DatasetsPage";
import { DeskPage } from "./desk/DeskPage";
import { ExamplePage } from "./items/ExamplePage";
import { HistoryPage } from "./items/HistoryPage";
import { ItemsPage } from "./items/ItemsPage";
import { JobPage } from "./jobs/JobPage";
import { JobsPage } from "./jobs/JobsPage";
import { NewJobPage } from "./jobs/NewJobPage";
import { ModelPage } from "./models/ModelPage";
import { ModelsPage } from "./models/ModelsPage";
import { AccountsPage } from "./members/AccountsPage";
import { MembersPage } from "./members/MembersPage";
import { OverviewPage } from "./overview/OverviewPage";
import { Answer, Empty, Page } from "./parts";
import { ProjectContext } from "./project";
import { Link, navigate, useRoute, type Route } from "./route";
import { PersonPage } from "./person/PersonPage";
import { PeoplePage } from "./quality/PeoplePage";
import { QualityPage } from "./quality/QualityPage";
import { SamplesPage } from "./samples/SamplesPage";
import { NewProject } from "./settings/NewProject";
import { SettingsPage } from "./settings/SettingsPage";
import { NewStudyPage } from "./studies/NewStudyPage";
import { StudiesPage } from "./studies/StudiesPage";
import { StudyPage } from "./studies/StudyPage";
import { SurveyPage } from "./survey/SurveyPage";
import type { Scheme } from "./theme";

const PAGES: [page: string, name: string][] = [
  ["", "Overview"],
  ["dashboard", "Dashboard"],
  ["items", "Items"],
  ["quality", "Agreement"],
  ["people", "People"],
  ["studies", "Studies"],
  ["adjudication", "Adjudication"],
  ["datasets", "Datasets"],
  ["jobs", "Jobs"],
  ["models", "Models"],
  ["samples", "Samples"],
  ["desk", "Desk"],
  ["settings", "Settings"],
  ["members", "Members"],
  ["audit", "Audit"],
];
const LAST = "redpen:project";

export function Console() {
  const route = useRoute();
  const me = useQuery({ queryKey: ["me"], queryFn: getMe, staleTime: 60_000 });
  const projects = me.data?.projects.filter(({ role }) => role !== "annotator") ?? [];
  const current = projects.find(({ slug }) => slug === route.slug);
  const elsewhere =
    route.slug === "" && projects.length > 0 ? (projects.find(({ slug }) => slug === localStorage.getItem(LAST)) ?? projects[0]) : undefined;
  useEffect(() => {
    if (elsewhere) navigate(`/console/${elsewhere.slug}`, true);
  }, [elsewhere]);
  useEffect(() => {
    if (current) localStorage.setItem(LAST, current.slug);
  }, [current]);
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <a className="brand" href="/console">
          Redpen
        </a>
        {me.data && <Switcher projects={projects} slug={route.slug} staff={me.data.is_staff} />}
        <div className="top-end">
          <SchemeControl />
          {me.data?.is_staff && (
            <Link className="linklike" href="/console/accounts">
              Accounts
            </Link>
          )}
          {me.data && (
            <a className="linklike" href="/account">
              Your account
            </a>
          )}
          {me.data && <SignOut username={me.data.username} />}
        </div>
        {current && <Pages route={route} />}
      </header>
      <main id="main" tabIndex={-1}>
        <Answer page query={me}>
          {() =>
            current ? (
              <InProject project={current} route={route} />
            ) : route.slug === "accounts" && me.data?.is_staff ? (
              <AccountsPage me={me.data.id} />
            ) : route.slug === "new-project" ? (
              <NewProject />
            ) : (
              <NoProject slug={route.slug} staff={me.data?.is_staff ?? false} />
            )
          }
        </Answer>
      </main>
    </>
  );
}

function InProject({ project, route }: { project: MyProject; route: Route }) {
  const detail = useQuery({
    queryKey: ["project", project.id],
    queryFn: () => getProject(project.id),
    staleTime: 60_000,
    refetchInterval: ({ state }) => state.data !== undefined && state.data.queue_arranged < 1 && 5_000,
  });
  return (
    <Answer page query={detail}>
      {(data) => (
        <ProjectContext value={data}>
          <Boundary key={`${route.slug}/${route.page}/${route.id}`}>
            <OnePage route={route} />
          </Boundary>
        </ProjectContext>
      )}
    </Answer>
  );
}

function OnePage({ route: { page, id } }: { route: Route }) {
  switch (page) {
    case "":
      return <OverviewPage />;
    case "dashboard":
      return <DashboardPage />;
    case "items":
      return id ? <ExamplePage id={id} /> : <ItemsPage />;
    case "quality":
      return <QualityPage />;
    case "people":
      return id ? <PersonPage key={id} id={id} /> : <PeoplePage />;
    case "history":
      return id ? <HistoryPage key={id} id={id} /> : <ItemsPage />;
    case "studies":
      return id === "new" ? <NewStudyPage /> : id ? <StudyPage key={id} id={id} /> : <StudiesPage />;
    case "survey":
      return <SurveyPage />;
    case "audit":
      return <AuditPage />;
    case "adjudication":
      return id ? <AdjudicatePage key={id} id={Number(id)} /> : <QueuePage />;
    case "datasets":
      return id ? <DatasetPage id={id} /> : <DatasetsPage />;
    case "jobs":
      return id === "new" ? <NewJobPage /> : id ? <JobPage id={id} /> : <JobsPage />;
    case "models":
      return id ? <ModelPage id={id} /> : <ModelsPage />;
    case "samples":
      return <SamplesPage />;
    case "desk":
      return <DeskPage />;
    case "members":
      return <MembersPage />;
    case "settings":
      return <SettingsPage />;
    default:
      return (
        <Page title="There is no such page">
          <Empty>The address may be mistyped. The pages of this project are named above.</Empty>
        </Page>
      );
  }
}

function NoProject({ slug, staff }: { slug: string; staff: boolean }) {
  if (slug) {
    return (
      <Page title="There is no such project">
        <Empty action={<a href="/console">To your projects</a>}>
          No project “{slug}” is run by you. It may have another name, or you may have been taken out of it.
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="No project yet">
      {staff ? (
        <Empty action={<Link href="/console/new-project">New project</Link>}>Projects hold examples and what people say about them.</Empty>
      ) : (
        <Empty>Ask the owner of this site to make you a researcher or an admin of one.</Empty>
      )}
    </Page>
  );
}

function Switcher({ projects, slug, staff }: { projects: MyProject[]; slug: string; staff: boolean }) {
  const known = projects.some((project) => project.slug === slug);
  return (
    <select
      className="switcher"
      aria-label="Project"
      value={known || slug === "new-project" ? slug : ""}
      onChange={({ target }) => navigate(`/console/${target.value}`)}
    >
      {!known && (
        <option value="" hidden>
          Choose a project
        </option>
      )}
      {projects.map((project) => (
        <option key={project.id} value={project.slug}>
          {project.name}
        </option>
      ))}
      {staff && <option value="new-project">New project…</option>}
    </select>
  );
}

function Pages({ route }: { route: Route }) {
  return (
    <nav aria-label="Pages of this project">
      <ul className="tabs">
        {PAGES.map(([page, name]) => (
          <li key={page}>
            <Link href={`/console/${route.slug}${page && `/${page}`}`} aria-current={route.page === page ? (route.id ? "true" : "page") : undefined}>
              {name}
            </Link>
          </li>
        ))}
        <li>
          <a href={`/annotate/${route.slug}`}>Annotate</a>
        </li>
      </ul>
    </nav>
  );
}

function SchemeControl() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={(scheme) => setColorScheme(scheme as Scheme)}
      data={[
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
        { value: "auto", label: "System" },
      ]}
    />
  );
}

function SignOut({ username }: { username: string }) {
  return (
    <form method="post" action="/sign-out" className="sign-out">
      <input type="hidden" name="csrfmiddlewaretoken" value={csrfToken()} />
      <button className="linklike" title={`Signed in as ${username}`}>
        Sign out <span className="sr">{username}</span>
      </button>
    </form>
  );
}
