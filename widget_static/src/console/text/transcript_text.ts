/** A conversation as plain text, for the clipboard and as a file. Notes are for staff, and stay out of it. */
import type { Chat, EventFrame, MessageData } from "../../shared/frames";
import { nameOf } from "../state/conversation";
import { LANGUAGE } from "../times";

/** The text of what everybody in the chat has seen, with its newest words. */
export function transcriptText(header: Chat, events: readonly EventFrame[]): string {
  const edits = new Map(
    events.filter(({ kind }) => kind === "message_edited").map((edit) => [edit.data?.["seq"], edit]),
  );
  const moment = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
  const lines = events.flatMap((event) => {
    const text = lineFrom(event, edits.get(event.seq));
    return text === null ? [] : [`[${moment.format(event.at)}] ${nameOf(event.who, header)}: ${text}`];
  });
  const people = header.participants.map((one) => one.name).join(", ");
  const title =
    header.kind === "agents"
      ? `${header.name ?? "Colleagues"}, chat ${header.id}: ${people}`
      : `${header.profile.name}, chat ${header.id} with ${header.visitor.name}`;
  return [title, moment.format(header.started_at), "", ...lines, ""].join("\n");
}

/** `chat-17-ada-lovelace.txt` */
export function transcriptName(header: Chat): string {
  const name = (header.kind === "agents" ? (header.name ?? "colleagues") : header.visitor.name)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
  return `chat-${header.id}${name && `-${name}`}.txt`;
}

function lineFrom(event: EventFrame, edit: EventFrame | undefined): string | null {
  switch (event.kind) {
    case "message_posted": {
      const { attachments = [] } = (edit?.data?.["deleted"] ? {} : (event.data ?? {})) as MessageData;
      return [(edit ?? event).text ?? "", ...attachments.map((file) => `[${file.name}]`)].filter(Boolean).join(" ");
    }
    case "agent_joined":
      return "joined";
    case "agent_left":
      return "left";
    case "chat_ended":
      return event.data?.["reason"] === "idle" ? "the chat ended after a long silence" : "ended the chat";
    case "chat_rated":
      return `rated the chat ${String(event.data?.["score"])} of 5${event.data?.["comment"] ? `: ${String(event.data["comment"])}` : ""}`;
    default:
      return null;
  }
}
