/** Brings files to the hub, one after the other, and tells how far they are. */
import type { Attachment } from "../shared/frames";
import type { Conversation } from "./conversation";
import type { FileUnderway } from "./state";
import { makeCid } from "../shared/cid";

type Desk = Pick<Conversation, "state" | "begin" | "changeFile" | "findUpload">;

// While the chat of the first file begins.
const LOOK_MS = 200;
const LOOKS = 150;
/** The hub takes as many with one message. */
const MAX_FILES = 10;

/** An attachment as the hub's REST answers it. */
interface Uploaded {
  id: number;
  filename: string;
  content_type: string;
  filesize: number;
}

/** The files behind the keys. */
export const known = new Map<string, File>();
const requests = new Map<string, XMLHttpRequest>();
let turn = Promise.resolve();

/** The file behind a key, for its picture; not there after a reload. */
export function findFile(key: string): File | undefined {
  return known.get(key);
}

/** Shows the files beside what is written, and brings them as soon as there is a chat for them. */
export function bringFiles(files: File[], desk: Desk): void {
  for (const file of files.slice(0, MAX_FILES - desk.state.files.length)) {
    const { name, size } = file;
    const underway: FileUnderway = { key: makeCid(), name, size, sent: 0, state: "waiting" };
    known.set(underway.key, file);
    const isTooLarge = size > desk.state.maxFileBytes;
    desk.changeFile(isTooLarge ? { ...underway, state: "failed" } : underway);
    if (!isTooLarge) turn = turn.then(() => bring(underway, file, desk));
  }
  desk.begin();
}

/** Is brought no further. */
export function stopFile(key: string): void {
  requests.get(key)?.abort();
  known.delete(key);
}

async function bring(underway: FileUnderway, file: File, desk: Desk): Promise<void> {
  let place = desk.findUpload();
  for (let looks = 0; !place && looks < LOOKS && known.has(underway.key); looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    place = desk.findUpload();
  }
  if (!known.has(underway.key)) return;
  const answer = place && (await send(place, underway, file, desk));
  requests.delete(underway.key);
  if (!known.has(underway.key)) return;
  const stored = answer && storedFrom(answer);
  desk.changeFile(
    stored
      ? { ...underway, sent: file.size, state: "ready", stored }
      : { ...underway, state: "failed", ...(answer ? { error: errorFrom(answer) } : {}) },
  );
}

/** The answered request; null when there is no answer. */
function send(
  { url, token }: { url: string; token: string },
  underway: FileUnderway,
  file: File,
  desk: Desk,
): Promise<XMLHttpRequest | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    requests.set(underway.key, request);
    request.open("POST", url);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => {
      const sent = Math.round((loaded / total) * file.size);
      if (known.has(underway.key)) desk.changeFile({ ...underway, sent, state: "sending" });
    };
    request.onload = () => resolve(request);
    request.onerror = request.onabort = () => resolve(null);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

function storedFrom({ status, responseText }: XMLHttpRequest): Attachment | null {
  if (status >= 300) return null;
  const [answer] = [JSON.parse(responseText)].flat() as Uploaded[];
  return answer ? { id: answer.id, name: answer.filename, type: answer.content_type, size: answer.filesize } : null;
}

/** The hub's own sentence, when it has one. */
function errorFrom({ responseText }: XMLHttpRequest): string {
  try {
    return String(JSON.parse(responseText).message ?? "");
  } catch {
    return "";
  }
}
