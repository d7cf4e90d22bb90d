/** Chats and messages in the names and shapes of Halo's events and functions. */
import type { Chat, EventFrame } from "../shared/frames";
import { editsIn } from "../shared/passages";
import type { State } from "./state";
import { countUnread } from "./view";

/** Halo's chat header with its messages; null before there is a chat. */
export function headerFrom(state: State): object | null {
  const { chat, transcript } = state;
  if (!chat) return null;
  const edits = editsIn(transcript.events);
  const messages = transcript.events
    .filter(({ kind }) => kind === "message_posted")
    .map((event) => {
      const { text = "", data = {} } = edits.get(event.seq) ?? event;
      return messageFrom({ ...event, text, data }, chat);
    });
  const last = transcript.events.at(-1);
  return {
    id: chat.id,
    guid: chat.uuid,
    name: chat.name ?? chat.visitor.name,
    closed: chat.state === "ended",
    assigned: chat.holder !== null,
    agent_id: chat.holder,
    chatprofile_id: String(chat.profile.id),
    chatprofile_name: chat.profile.name,
    lastmessageid: last?.id ?? 0,
    lastmessage: messages.at(-1)?.textplain ?? "",
    lastupdatedate: dateFrom(last?.at),
    livechat_started: chat.state !== "flow",
    datecreated: dateFrom(chat.started_at),
    datetimequeued: dateFrom(chat.queued_at),
    datetimeagentjoined: dateFrom(chat.accepted_at),
    dateclosed: dateFrom(chat.ended_at),
    unread_count: countUnread(state),
    participants: chat.participants.map(({ id, side, name, left, read_at }) => ({
      id,
      agent_id: side === "agent" ? id : null,
      name,
      has_left: left,
      last_read_date: dateFrom(read_at),
    })),
    messages,
  };
}

type Said = Pick<EventFrame, "id" | "at" | "who" | "text" | "data">;

/** Halo's message; `text` is markup that shows the words, as the hub's REST gives it. */
export function messageFrom({ id, at, who, text = "", data }: Said, chat: Chat) {
  const sender = chat.participants.find((one) => one.id === who.id);
  return {
    id,
    chat_id: chat.id,
    sender_id: who.id,
    agent_id: who.side === "agent" ? who.id : null,
    display_name: sender?.name || who.name || "",
    text: String(data?.["html"] ?? markupFrom(text)),
    textplain: text,
    timestamp: dateFrom(at),
    system_id: 0,
    chatprofileid: String(chat.profile.id),
  };
}

function markupFrom(text: string): string {
  return text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`).replaceAll("\n", "<br>");
}

function dateFrom(at: number | null | undefined): string | null {
  return at ? new Date(at).toISOString() : null;
}
