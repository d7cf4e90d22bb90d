/** What the page is told of the chat, by Halo's events. */
import type { Chat, Stored } from "../shared/frames";
import { headerFrom, messageFrom } from "./halo";
import type { Happening } from "./reduce";
import type { State } from "./state";
import { isNews } from "./view";

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
      if (isNews(event)) tell("newMessage", messageFrom(event, chat));
      if (event.kind === "agent_joined") tellHeader("agentJoined");
    }
    if (chat.state === "ended" && before.chat?.state !== "ended") tellHeader("chatEnded");
  }
  if (happening.kind === "proven" && happening.isUpgrade) {
    const { error } = happening;
    tell("upgradeAnonChat", { ["success"]: !error, error });
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
