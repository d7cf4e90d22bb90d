/** A chat's header where several frames tell of it, in whatever order they come. */
import type { Chat, Instant } from "./frames";

/** How far somebody has read. */
interface Mark {
  id: number;
  seq: number;
  at: Instant | null;
}

/** The header after somebody has read further; the highest position wins. */
export function headerAfterRead(chat: Chat, { id, seq, at }: Mark): Chat {
  return {
    ...chat,
    participants: chat.participants.map((one) =>
      one.id === id && seq > one.read ? { ...one, read: seq, read_at: at } : one,
    ),
  };
}

/** Of two headers of one chat the later one, with the farthest read marks of both. */
export function mergeHeaders(known: Chat, told: Chat): Chat {
  const [older, newer] = told.head < known.head ? [told, known] : [known, told];
  return older.participants.reduce(
    (chat, { id, read, read_at }) => headerAfterRead(chat, { id, seq: read, at: read_at }),
    newer,
  );
}
