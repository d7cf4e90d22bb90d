/** Brings files to the hub, one after the other, and tells how far they are. */
import type { Conversation } from "./acts";
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

type Outcome = Pick<FileUnderway, "state" | "stored" | "error">;

const FAILED: Outcome = { state: "failed" };

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
  const outcome = place ? await send(place, underway, file, desk) : FAILED;
  requests.delete(underway.key);
  if (!known.has(underway.key)) return;
  desk.changeFile({ ...underway, sent: file.size, ...outcome });
}

/** What came of it. */
function send(
  { url, token }: { url: string; token: string },
  underway: FileUnderway,
  file: File,
  desk: Desk,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    requests.set(underway.key, request);
    request.open("POST", url);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => {
      const sent = Math.round((loaded / total) * file.size);
      if (known.has(underway.key)) desk.changeFile({ ...underway, sent, state: "sending" });
    };
    request.onloadend = () => resolve(outcomeFrom(request));
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

/** Fails with the hub's own sentence, when it has one. Without an answer the status is 0. */
function outcomeFrom({ status, responseText }: XMLHttpRequest): Outcome {
  try {
    const answer = JSON.parse(responseText);
    if (status >= 300) return { ...FAILED, error: String(answer.message ?? "") };
    const [{ id, filename, content_type, filesize }] = [answer].flat() as [Uploaded];
    return { state: "ready", stored: { id, name: filename, type: content_type, size: filesize } };
  } catch {
    return FAILED;
  }
}
