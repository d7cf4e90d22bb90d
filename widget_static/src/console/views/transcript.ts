/** The transcript of a chat, on the clipboard and as a file: all of it, also what was not loaded yet. */
import type { Desk } from "../desk/desk";
import { transcriptName, transcriptText } from "../text/transcript_text";

const INCOMPLETE = "The transcript could not be loaded. Please try again.";
const COPIED = "The transcript is on the clipboard.";
const NOT_COPIED = "The browser does not let this page use the clipboard. Download the transcript instead.";

export async function copyTranscript(desk: Desk, chat: number): Promise<void> {
  const text = await textOf(desk, chat);
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
    desk.tell(chat, COPIED);
  } catch {
    desk.tell(chat, NOT_COPIED);
  }
}

export async function downloadTranscript(desk: Desk, chat: number): Promise<void> {
  const text = await textOf(desk, chat);
  const header = desk.state.chats.get(chat)?.header;
  if (text === null || !header) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = transcriptName(header);
  link.click();
  URL.revokeObjectURL(link.href);
}

async function textOf(desk: Desk, chat: number): Promise<string | null> {
  const isWhole = await desk.history.loadAll(chat);
  const followed = desk.state.chats.get(chat);
  if (isWhole && followed?.header) return transcriptText(followed.header, followed.said.events);
  desk.tell(chat, INCOMPLETE);
  return null;
}
