/** The token of whoever tries things here. It lives in the memory of the page and nowhere else. */

export interface Session {
  token: string;
  /** What the token admits to; empty when it was pasted. */
  scope: string;
}

export type SignInAnswer = { kind: "signed_in"; session: Session } | { kind: "refused"; sentence: string };

const UNREACHABLE = "The hub does not answer. Try again.";

/** A token for a program's id and secret. */
export async function signIn(clientId: string, clientSecret: string): Promise<SignInAnswer> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  try {
    const response = await fetch("/auth/token", { method: "POST", body: form, credentials: "omit" });
    const body = (await response.json()) as Record<string, unknown>;
    if (response.ok) return { kind: "signed_in", session: { token: String(body.access_token), scope: String(body.scope) } };
    return { kind: "refused", sentence: String(body.error_description) };
  } catch {
    return { kind: "refused", sentence: UNREACHABLE };
  }
}
