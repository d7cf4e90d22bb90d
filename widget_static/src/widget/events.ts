/** What the page is told of the chat, in the names and shapes of Halo's events. */
import type { Chat, EventFrame, Stored } from "../shared/frames";
import { editsIn } from "../shared/passages";
import type { Happening } from "./reduce";
import type { State } from "./state";
import { countUnread, isOwn } from "./view";

/** Name of an outbound event and its detail. */
export type Told = [name: string, detail: unknown];

/** What is to be told after `happening` made `after` of `before`, in the order it happened. */
export function eventsBetween(before: State, after: State, happening: Happening): Told[] {
  const told: Told[] = [];
  const tell = (name: string, detail: unknown = null) => told.push([name, detail]);
  const tellHeader = (name: string) => tell(name, headerFrom(after));
  const { chat } = after;
  const isBeginning = before.transcript.pending.length > 0;

  if (!before.draft && after.draft) tell("userTyping");
  if (before.draft && !after.draft) tell("userStoppedTyping");
  if (happening.kind === "said" && !before.chat && !isBeginning) tell("newChatStarting");
  if (chat && chat.id !== before.chat?.id) {
    tellHeader(isBeginning && wasCreated(happening) ? "newChatStarted" : "existingChatResumed");
  }
  if (chat?.state === "queued" && before.chat?.state !== "queued") tellHeader("awaitingAgent");
  if (happening.kind === "answered" && happening.errand.op === "post" && happening.reply.ok && chat) {
    const { errand, reply } = happening;
    const stored = reply.result as unknown as Stored;
    tell("messageSent", messageFrom({ who: { id: chat.visitor.id, side: "visitor" }, ...stored, text: errand.text }, chat));
  }
  if (chat && isKnown(before, chat, happening)) {
    for (const event of after.transcript.events) {
      if (event.seq <= before.transcript.head) continue;
      if (event.kind === "message_posted" && !isOwn(event.who)) tell("newMessage", messageFrom(event, chat));
      if (event.kind === "agent_joined") tellHeader("agentJoined");
    }
    if (chat.state === "ended" && before.chat?.state !== "ended") tellHeader("chatEnded");
  }
  if (happening.kind === "proven" && happening.isUpgrade) {
    const { error } = happening;
    tell("upgradeAnonChat", { success: !error, error });
  }
  if (after.stillThereUntil && !before.stillThereUntil) tell("imStillHereConfirm");
  if (before.stillThereUntil && (happening.kind === "said" || (happening.kind === "asked" && happening.errand.op === "here"))) {
    tell("imStillHereConfirmed");
  }
  if (after.isOpen && !before.isOpen) tellHeader("chatOpened");
  if (before.isOpen && !after.isOpen) tell("chatClosed");
  return told;
}

/** Whether what `after` adds to the chat is new, and not the history of a chat that is taken up. */
function isKnown({ chat, transcript }: State, { id }: Chat, happening: Happening): boolean {
  return chat?.id === id && (transcript.head > 0 || happening.kind !== "framed" || happening.frame.t !== "page");
}

/** A chat whose start was answered on a line that was lost is told of by the next welcome. */
function wasCreated(happening: Happening): boolean {
  return happening.kind !== "answered" || !happening.reply.ok || happening.reply.result["created"] !== false;
}

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
