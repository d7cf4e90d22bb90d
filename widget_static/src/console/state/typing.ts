/** Who is typing where: leases that end by themselves. */
import type { Eph, EventFrame } from "../../shared/frames";
import { withEntry, type Typing } from "./state";

export type TypingByChat = ReadonlyMap<number, readonly Typing[]>;

/** The leases after an `eph` frame; own ones are not kept. */
export function typingAfterEph(typing: TypingByChat, eph: Eph, me: number): TypingByChat {
  if (eph.kind !== "typing" || eph.who.id === me) return typing;
  const { id, side, name = "" } = eph.who;
  const others = (typing.get(eph.chat) ?? []).filter((one) => one.id !== id);
  const lease = { id, side, name, until: eph.until, ...(eph.draft ? { draft: eph.draft } : {}) };
  return withLeases(typing, eph.chat, eph.on ? [...others, lease] : others);
}

/** Who has said it types no more, and nobody does in a chat that has ended. */
export function typingAfterEvent(typing: TypingByChat, event: EventFrame): TypingByChat {
  const leases = typing.get(event.chat);
  if (leases && event.kind === "chat_ended") return withLeases(typing, event.chat, []);
  if (!leases || event.kind !== "message_posted") return typing;
  return withLeases(
    typing,
    event.chat,
    leases.filter((one) => one.id !== event.who.id),
  );
}

/** The leases that last beyond `hubNow`. */
export function typingAfterTime(typing: TypingByChat, hubNow: number): TypingByChat {
  let left = typing;
  for (const [chat, leases] of typing) {
    const lasting = leases.filter((one) => one.until > hubNow);
    if (lasting.length < leases.length) left = withLeases(left, chat, lasting);
  }
  return left;
}

function withLeases(typing: TypingByChat, chat: number, leases: readonly Typing[]): TypingByChat {
  return withEntry(typing, chat, leases.length > 0 ? leases : null);
}
