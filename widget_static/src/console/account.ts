/** Signing in and out over HTTP. Counterpart: hub/pages, `/console/sign-in`, `/console/session`, `/console/sign-out`. */

export interface Agent {
  id: number;
  name: string;
  email: string;
}

export interface Account {
  agent: Agent;
  /** Goes with every request that changes something, beside the cookie. */
  xsrf: string;
}

/** `isWrong`: the address and the password do not belong together, rather than something else standing in the way. */
export type SignIn = { kind: "signed_in"; account: Account } | { kind: "refused"; sentence: string; isWrong: boolean };
export type Session = { kind: "signed_in"; account: Account } | { kind: "signed_out" } | { kind: "unreachable" };

const UNREACHABLE = "The hub cannot be reached just now. Check the connection and try again.";

export async function signIn(email: string, password: string): Promise<SignIn> {
  const response = await request("/console/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (response?.ok) return { kind: "signed_in", account: (await response.json()) as Account };
  const sentence = response ? await sentenceFrom(response) : UNREACHABLE;
  return { kind: "refused", sentence, isWrong: response?.status === 401 };
}

/** Who the session cookie says we are. */
export async function findSession(): Promise<Session> {
  const response = await request("/console/session", {});
  if (response?.ok) return { kind: "signed_in", account: (await response.json()) as Account };
  return { kind: response?.status === 401 ? "signed_out" : "unreachable" };
}

/** Whether the hub has ended the session; it has also when there was none any more. */
export async function signOut(xsrf: string): Promise<boolean> {
  const response = await request("/console/sign-out", { method: "POST", headers: { "X-XSRF-TOKEN": xsrf } });
  return response !== null && (response.ok || response.status === 401);
}

/** `in 45 seconds`, `in 2 minutes`: when `Retry-After` says to come again, rounded up. */
export function retryText(retryAfter: string | null): string {
  const seconds = Math.max(1, Math.ceil(Number(retryAfter) || 60));
  if (seconds < 60) return seconds === 1 ? "in a second" : `in ${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "in a minute" : `in ${minutes} minutes`;
}

async function sentenceFrom(response: Response): Promise<string> {
  if (response.status === 429) {
    return `Too many tries. Please try again ${retryText(response.headers.get("Retry-After"))}.`;
  }
  try {
    const body = (await response.json()) as { error?: { message?: string } };
    return body.error?.message ?? UNREACHABLE;
  } catch {
    return UNREACHABLE;
  }
}

async function request(path: string, options: RequestInit): Promise<Response | null> {
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    return null;
  }
}
