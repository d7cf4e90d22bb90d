/** Who tries things: a program by its id and secret, or whoever holds a token. */
import { useState } from "preact/hooks";
import { signIn, type Session } from "../session";
import { Icon } from "./icon";

interface Props {
  session: Session | null;
  onSession(session: Session | null): void;
}

export function SignIn({ session, onSession }: Props) {
  const [way, setWay] = useState<"client" | "token">("client");
  if (session) return <SignedIn session={session} onLeave={() => onSession(null)} />;
  return (
    <section class="card" aria-labelledby="sign-in-title">
      <div class="card-head">
        <h2 id="sign-in-title">Sign in</h2>
        <div class="segments" role="group" aria-label="Way of signing in">
          <button type="button" aria-pressed={way === "client"} onClick={() => setWay("client")}>
            Client
          </button>
          <button type="button" aria-pressed={way === "token"} onClick={() => setWay("token")}>
            Token
          </button>
        </div>
      </div>
      {way === "client" ? <ClientForm onSession={onSession} /> : <TokenForm onSession={onSession} />}
    </section>
  );
}

function ClientForm({ onSession }: Pick<Props, "onSession">) {
  const [id, setId] = useState("");
  const [secret, setSecret] = useState("");
  const [error, setError] = useState("");
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isAsking) return;
    setAsking(true);
    const answer = await signIn(id.trim(), secret.trim());
    setAsking(false);
    if (answer.kind === "signed_in") onSession(answer.session);
    else setError(answer.sentence);
  };
  return (
    <form onSubmit={submit} onInput={() => setError("")}>
      <label for="client-id">Client id</label>
      <Field id="client-id" value={id} onValue={setId} describedBy="sign-in-error" />
      <label for="client-secret">Client secret</label>
      <Field id="client-secret" type="password" value={secret} onValue={setSecret} describedBy="sign-in-error" />
      <div class="card-foot">
        <p class="card-error" id="sign-in-error" role="alert">
          {error}
        </p>
        <button type="submit" class="button" data-kind="primary" aria-busy={isAsking}>
          {isAsking ? "Signing in" : "Sign in"}
        </button>
      </div>
    </form>
  );
}

function TokenForm({ onSession }: Pick<Props, "onSession">) {
  const [token, setToken] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    const pasted = token.trim().replace(/^bearer\s+/i, "");
    if (pasted) onSession({ token: pasted, scope: "" });
  };
  return (
    <form onSubmit={submit}>
      <label for="token">Access token or chat token</label>
      <Field id="token" type="password" value={token} onValue={setToken} />
      <div class="card-foot">
        <p class="card-hint">Kept in this tab until you leave it.</p>
        <button type="submit" class="button" data-kind="primary">
          Use it
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  id: string;
  value: string;
  type?: "text" | "password";
  describedBy?: string;
  onValue(value: string): void;
}

function Field({ id, value, type = "text", describedBy, onValue }: FieldProps) {
  return (
    <input
      id={id}
      class="field"
      type={type as "text"}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      value={value}
      aria-describedby={describedBy}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}

function SignedIn({ session, onLeave }: { session: Session; onLeave(): void }) {
  return (
    <section class="card signed-in" aria-label="Signed in">
      <Icon name="key" size={18} />
      <p role="status">
        <strong>{session.scope ? "Signed in" : "Token in use"}</strong>
        <span>{session.scope ? `May ${session.scope}` : "Sent with every request"}</span>
      </p>
      <button type="button" class="button" data-kind="quiet" onClick={onLeave}>
        Sign out
      </button>
    </section>
  );
}
