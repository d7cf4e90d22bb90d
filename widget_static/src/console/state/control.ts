/** Who holds a chat, in words: offers, and the lines of the log that tell of them. */
import type { EventFrame, Named, Offer, Row } from "../../shared/frames";
import type { ConsoleState } from "./state";

/** Events that stand in the log as a line, besides coming, going and ending. */
export const CONTROL_KINDS = ["chat_offered", "offer_ended", "chat_reopened", "chat_put_off"] as const;

/** Whether this agent may answer the offer: it is made to them, or to a team of theirs. */
export function isOfferFor({ to, team, sender }: Offer, { me, teams }: Pick<ConsoleState, "me" | "teams">): boolean {
  return to ? to.id === me.id : team !== null && teams.includes(team.id) && sender?.id !== me.id;
}

/** Whom the offer is made to. */
export function addresseeOf({ to, team }: Offer): string {
  return to?.name ?? team?.name ?? "somebody";
}

/** The rows whose offers this agent may answer, the one that ends first on top. */
export function offersFor(
  { inbox, me, teams }: Pick<ConsoleState, "inbox" | "me" | "teams">,
  dismissed: ReadonlySet<string>,
): Row[] {
  return [...inbox.rows.values()]
    .filter((row) => row.offer && isOfferFor(row.offer, { me, teams }))
    .filter((row) => !dismissed.has(offerKey(row)))
    .sort((one, other) => one.offer!.until - other.offer!.until);
}

/** One offer among all of its chat's. */
export function offerKey(row: Row): string {
  return `${row.chat}:${row.offer?.until ?? 0}`;
}

/** What the card of an offer says. */
export function offerTitle(row: Row): string {
  const { offer, visitor } = row;
  if (offer?.kind === "transfer") return `${offer.sender?.name ?? "A colleague"} hands over ${visitor.name}`;
  if (offer?.kind === "invite") return `${offer.sender?.name ?? "A colleague"} asks you to join ${visitor.name}`;
  return `${visitor.name} is waiting for you`;
}

/** What the strip in the conversation says of an offer made to others. */
export function offerText(offer: Offer, me: number): string {
  const whom = addresseeOf(offer);
  if (offer.kind === "route") return `Offered to ${whom}`;
  const who = offer.sender?.id === me ? "You have" : `${offer.sender?.name ?? "A colleague"} has`;
  return offer.kind === "invite" ? `${who} invited ${whom}` : `${who} asked ${whom} to take over`;
}

/** The log's line for one of CONTROL_KINDS; null for any other event. */
export function controlText(event: EventFrame, name: string): string | null {
  const data = event.data ?? {};
  const whom = (data["to"] as Named | undefined)?.name ?? (data["team"] as Named | undefined)?.name ?? "somebody";
  switch (event.kind) {
    case "chat_offered":
      return `${offeredText(data["kind"] as Offer["kind"], name, whom)}${event.text ? `: “${event.text}”` : ""}`;
    case "offer_ended":
      return endedOfferText(String(data["reason"]), name, whom);
    case "chat_reopened":
      return `${name} opened the chat again`;
    case "chat_put_off":
      return "Nobody could come in time: the visitor need not wait, and an answer still finds them here";
    default:
      return null;
  }
}

/** How somebody went. */
export function leftText(event: EventFrame, name: string): string {
  if (event.data?.["reason"] === "gone") return `${name} lost the connection, so the chat waits again`;
  if (event.data?.["by"] !== undefined) return `${name} was taken out of the chat`;
  return event.data?.["state"] === "queued" ? `${name} left, and the chat waits again` : `${name} left`;
}

function offeredText(kind: Offer["kind"], name: string, whom: string): string {
  if (kind === "transfer") return `${name} asked ${whom} to take over`;
  return kind === "invite" ? `${name} invited ${whom}` : `The hub offered the chat to ${whom}`;
}

function endedOfferText(reason: string, name: string, whom: string): string {
  if (reason === "declined") return `${name} declined`;
  if (reason === "withdrawn") return `${name} took the offer back`;
  return `${whom} did not answer`;
}
