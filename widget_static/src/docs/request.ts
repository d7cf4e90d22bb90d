/** A request as it is filled in: what is missing, how it is sent, and how a shell would send it. */
import type { Operation } from "./description";

export const FORM = "application/x-www-form-urlencoded";
export const PARTS = "multipart/form-data";

/** What somebody has filled in. `values` are parameters and fields by their names; empty ones are left out. */
export interface Draft {
  values: Record<string, string>;
  mediaType: string | null;
  text: string;
  fields: Record<string, string>;
  files: File[];
}

export interface Answered {
  kind: "answered";
  status: number;
  statusText: string;
  headers: [string, string][];
  body: string;
  /** What the body is when it is no text. */
  file: Blob | null;
  milliseconds: number;
}

export type Outcome = Answered | { kind: "unreachable" };

/** The names of required parameters without a value. */
export function listMissing(operation: Operation, draft: Draft): string[] {
  return operation.parameters.filter(({ name, required }) => required && !draft.values[name]).map(({ name }) => name);
}

/** The address with its parameters, from the root; a parameter of the path that is missing stays as it is written. */
export function addressOf({ path, parameters }: Operation, { values }: Draft): string {
  const filled = path.replace(/\{(\w+)\}/g, (whole, name: string) => (values[name] ? encodeURIComponent(values[name]) : whole));
  const query = parameters
    .filter((one) => one.in === "query" && values[one.name])
    .map(({ name }) => `${encodeURIComponent(name)}=${encodeURIComponent(values[name]!)}`);
  return query.length > 0 ? `${filled}?${query.join("&")}` : filled;
}

/** Its headers; those of files are the browser's to write. */
export function headersOf({ parameters }: Operation, draft: Draft, token: string | null): [string, string][] {
  const own = parameters
    .filter((one) => one.in === "header" && draft.values[one.name])
    .map(({ name }): [string, string] => [name, draft.values[name]!]);
  const bearer: [string, string][] = token ? [["Authorization", `Bearer ${token}`]] : [];
  const type: [string, string][] = draft.mediaType && draft.mediaType !== PARTS ? [["Content-Type", draft.mediaType]] : [];
  return [...bearer, ...type, ...own];
}

/** The same as a command for a shell. */
export function curlOf(operation: Operation, draft: Draft, token: string | null, origin: string): string {
  const lines = [`curl${operation.method === "GET" ? "" : ` -X ${operation.method}`} ${quote(origin + addressOf(operation, draft))}`];
  for (const [name, value] of headersOf(operation, draft, token)) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  if (draft.mediaType === FORM) lines.push(`-d ${quote(filledFields(draft).toString())}`);
  else if (draft.mediaType === PARTS) {
    for (const [name, value] of filledFields(draft)) lines.push(`-F ${quote(`${name}=${value}`)}`);
    for (const file of draft.files) lines.push(`-F ${quote(`file=@${file.name}`)}`);
  } else if (draft.mediaType) lines.push(`-d ${quote(draft.text)}`);
  return lines.join(" \\\n  ");
}

/** Sends it to the hub this page came from. */
export async function send(operation: Operation, draft: Draft, token: string | null): Promise<Outcome> {
  const begun = performance.now();
  try {
    const response = await fetch(addressOf(operation, draft), {
      method: operation.method,
      headers: headersOf(operation, draft, token),
      body: bodyOf(draft),
      cache: "no-store",
      credentials: "omit",
    });
    const type = response.headers.get("Content-Type") ?? "";
    const isText = type === "" || /^(text\/|application\/([\w.]+\+)?json)/.test(type);
    return {
      kind: "answered",
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
      body: isText ? await response.text() : "",
      file: isText ? null : await response.blob(),
      milliseconds: Math.max(1, Math.round(performance.now() - begun)),
    };
  } catch {
    return { kind: "unreachable" };
  }
}

function bodyOf(draft: Draft): BodyInit | null {
  if (draft.mediaType === FORM) return filledFields(draft);
  if (draft.mediaType !== PARTS) return draft.mediaType ? draft.text : null;
  const form = new FormData();
  for (const [name, value] of filledFields(draft)) form.append(name, value);
  for (const file of draft.files) form.append("file", file);
  return form;
}

function filledFields({ fields }: Draft): URLSearchParams {
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ""));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
