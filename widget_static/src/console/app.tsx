/** The console's entry: who is there, and with that the sign-in page or the workspace. Counterpart: hub/pages. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { findSession, signOut, type Account } from "./account";
import "./app.css";
import { Desk } from "./desk/desk";
import { keepsFor } from "./desk/keeps";
import { browserSenses } from "./desk/senses";
import { hearTalks } from "./desk/talk_news";
import { Hub } from "./hub";
import { SignIn } from "./views/sign_in";
import { Unreachable } from "./views/unreachable";
import { Workspace } from "./views/workspace";

type Phase =
  | { kind: "asking" }
  | { kind: "unreachable" }
  | { kind: "signed_out"; reason: string | null }
  | { kind: "signed_in"; account: Account; desk: Desk };

const SESSION_ENDED = "Your session has ended. What you were writing is kept.";
/** The one refusal of the line that signing in again does not mend. */
const OLD_VERSION = "version";

function App() {
  const [phase, setPhase] = useState<Phase>({ kind: "asking" });

  const enter = (account: Account) => setPhase({ kind: "signed_in", account, desk: makeDesk(account, ended) });
  const ended = () => setPhase({ kind: "signed_out", reason: SESSION_ENDED });
  const ask = async () => {
    const session = await findSession();
    if (session.kind === "signed_in") enter(session.account);
    else setPhase(session.kind === "signed_out" ? { kind: "signed_out", reason: null } : { kind: "unreachable" });
  };
  const leave = async (account: Account) => {
    if (!(await signOut(account.xsrf))) return;
    keepsFor(account.agent.id).clear();
    setPhase({ kind: "signed_out", reason: null });
  };

  useEffect(() => void ask(), []);
  const desk = phase.kind === "signed_in" ? phase.desk : null;
  useEffect(() => {
    desk?.start();
    desk?.library.load();
    return () => desk?.stop();
  }, [desk]);

  switch (phase.kind) {
    case "asking":
      return null;
    case "unreachable":
      return <Unreachable onRetry={() => void ask()} />;
    case "signed_out":
      return <SignIn reason={phase.reason} onSignedIn={enter} />;
    case "signed_in":
      return <Workspace desk={phase.desk} onSignOut={() => void leave(phase.account)} />;
  }
}

function makeDesk(account: Account, onEnded: () => void): Desk {
  const headers = { "X-XSRF-TOKEN": account.xsrf };
  const desk = new Desk({
    agent: account.agent,
    url: `${location.origin}/api/realtime`,
    headers,
    hub: new Hub("/api", () => headers),
    senses: browserSenses(account.agent.id),
    onCalled: (chat) => void (location.hash = `#${chat}`),
    keeps: keepsFor(account.agent.id),
    onRefused: (reason) => reason !== OLD_VERSION && onEnded(),
    // A refused upgrade looks to a browser like any lost line; the session tells them apart.
    onWaiting: async () => {
      const session = await findSession();
      if (session.kind === "signed_out") onEnded();
    },
  });
  desk.store.watch((before, after) => hearTalks(desk.notifier, before, after));
  return desk;
}

render(<App />, document.getElementById("console")!);
