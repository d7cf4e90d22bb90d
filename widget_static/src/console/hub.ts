/** The hub over HTTP, as the signed-in agent: files, canned texts, colleagues. Counterpart: hub/rest/halo. */

export interface UploadedFile {
  id: number;
  filename: string;
  content_type: string;
  filesize: number;
}

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; sentence: string };

const UNREACHABLE = "The hub cannot be reached just now.";

/** What of the hub the desk needs. */
export type HubCalls = Pick<Hub, "get" | "save" | "remove" | "upload">;

export class Hub {
  /** `address` is that of the API, without a slash at its end; `headers` say who calls. */
  constructor(
    private readonly address: string,
    private readonly headers: () => Readonly<Record<string, string>>,
  ) {}

  get<Value>(path: string): Promise<Outcome<Value>> {
    return this.ask("GET", path);
  }

  save<Value>(path: string, body: object): Promise<Outcome<Value>> {
    return this.ask("POST", path, body);
  }

  remove<Value>(path: string): Promise<Outcome<Value>> {
    return this.ask("DELETE", path);
  }

  /** Brings a file; `onSent` is told how many of its bytes are there. The second member ends it. */
  upload(file: File, onSent: (bytes: number) => void): [Promise<Outcome<UploadedFile>>, () => void] {
    const request = new XMLHttpRequest();
    const done = new Promise<Outcome<UploadedFile>>((resolve) => {
      request.open("POST", `${this.address}/Attachment`);
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => onSent(Math.round((loaded / total) * file.size));
      request.onload = () => resolve(uploadedFrom(request));
      request.onerror = request.onabort = () => resolve({ ok: false, sentence: UNREACHABLE });
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
    return [done, () => request.abort()];
  }

  private async ask<Value>(method: string, path: string, body?: object): Promise<Outcome<Value>> {
    try {
      const response = await fetch(this.address + path, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        headers: { ...this.headers(), ...(body ? { "Content-Type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const answer: unknown = await response.json();
      return response.ok ? { ok: true, value: answer as Value } : { ok: false, sentence: sentenceFrom(answer) };
    } catch {
      return { ok: false, sentence: UNREACHABLE };
    }
  }
}

function uploadedFrom({ status, responseText }: XMLHttpRequest): Outcome<UploadedFile> {
  try {
    const answer: unknown = JSON.parse(responseText);
    if (status < 300) return { ok: true, value: [answer].flat()[0] as UploadedFile };
    return { ok: false, sentence: sentenceFrom(answer) };
  } catch {
    return { ok: false, sentence: UNREACHABLE };
  }
}

function sentenceFrom(answer: unknown): string {
  const { Message } = (answer ?? {}) as { Message?: unknown };
  return typeof Message === "string" && Message !== "" ? Message : UNREACHABLE;
}
