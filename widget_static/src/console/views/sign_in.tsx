/** The way in. */
import { useEffect, useRef, useState } from "preact/hooks";
import { signIn, type Account } from "../account";
import { Icon } from "./icon";

interface Props {
  /** Why the agent is asked again, or null at first. */
  reason: string | null;
  onSignedIn(account: Account): void;
}

const NONE_WRONG = { email: false, password: false };

export function SignIn({ reason, onSignedIn }: Props) {
  const [error, setError] = useState<string | null>(null);
  const [wrong, setWrong] = useState<{ email: boolean; password: boolean }>(NONE_WRONG);
  const [isAsking, setAsking] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Sign in";
    email.current?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const missing = [email, password].find((field) => field.current?.value.trim() === "")?.current;
    if (missing) {
      missing.focus();
      setWrong({ email: missing === email.current, password: missing === password.current });
      setError(missing === email.current ? "Please enter your e-mail address." : "Please enter your password.");
      return;
    }
    if (isAsking) return;
    setAsking(true);
    const answer = await signIn(email.current!.value.trim(), password.current!.value);
    setAsking(false);
    if (answer.kind === "signed_in") return onSignedIn(answer.account);
    setError(answer.sentence);
    setWrong({ email: answer.isWrong, password: answer.isWrong });
    password.current?.select();
  };

  const forget = () => {
    setError(null);
    setWrong(NONE_WRONG);
  };

  return (
    <div class="sign-in">
      <main>
        <span class="mark" aria-hidden="true">
          <Icon name="mark" size={24} />
        </span>
        <h1>Sign in</h1>
        <p class="sign-in-lead">{reason ?? "To the inbox of your team."}</p>
        <form noValidate onSubmit={submit} onInput={forget}>
          <label for="email">E-mail</label>
          <input
            ref={email}
            id="email"
            name="email"
            type="email"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="sign-in-error"
            aria-invalid={wrong.email}
          />
          <label for="password">Password</label>
          <input
            ref={password}
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            aria-describedby="sign-in-error"
            aria-invalid={wrong.password}
          />
          <button type="submit" class="button" data-kind="primary" aria-busy={isAsking}>
            {isAsking ? "Signing in" : "Sign in"}
          </button>
          <p class="sign-in-error" id="sign-in-error" role="alert">
            {error}
          </p>
        </form>
      </main>
    </div>
  );
}
