/** The page of the REST dialects: operations on the left, the chosen one on the right. Counterpart: hub/pages/docs.py. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "./app.css";
import { readDescription, type Description, type RawDescription } from "./description";
import type { Session } from "./session";
import { Icon } from "./views/icon";
import { OperationView } from "./views/operation";
import { Sidebar } from "./views/sidebar";
import { Welcome } from "./views/welcome";

type Phase = { kind: "asking" } | { kind: "unreachable" } | { kind: "here"; description: Description };

function App() {
  const [phase, setPhase] = useState<Phase>({ kind: "asking" });
  const ask = () => {
    setPhase({ kind: "asking" });
    fetchDescription().then(
      (description) => setPhase({ kind: "here", description }),
      () => setPhase({ kind: "unreachable" }),
    );
  };
  useEffect(ask, []);
  if (phase.kind === "here") return <Page description={phase.description} />;
  if (phase.kind === "asking") return null;
  return (
    <main class="unreachable">
      <h1>The hub does not answer</h1>
      <button type="button" class="button" data-kind="primary" onClick={ask}>
        Try again
      </button>
    </main>
  );
}

function Page({ description }: { description: Description }) {
  const chosen = useHash();
  const [session, setSession] = useState<Session | null>(null);
  const operation = description.groups.flatMap(({ operations }) => operations).find(({ id }) => id === chosen);
  useEffect(() => {
    document.title = operation ? `${operation.method} ${operation.path}` : "API";
  }, [operation]);
  return (
    <div class="docs" data-pane={operation ? "operation" : "list"}>
      <Sidebar description={description} chosen={operation?.id ?? null} />
      <main class="content">
        {operation ? (
          <>
            <a class="to-list" href="#">
              <Icon name="back" size={18} />
              All operations
            </a>
            <OperationView
              key={operation.id}
              operation={operation}
              schemas={description.schemas}
              session={session}
              onSession={setSession}
            />
          </>
        ) : (
          <Welcome description={description} />
        )}
      </main>
    </div>
  );
}

/** What the address names behind its `#`. */
function useHash(): string {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const look = () => setHash(location.hash.slice(1));
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return hash;
}

async function fetchDescription(): Promise<Description> {
  const response = await fetch("/api/openapi.json");
  if (!response.ok) throw new Error(`status ${response.status}`);
  return readDescription((await response.json()) as RawDescription);
}

render(<App />, document.getElementById("docs")!);
