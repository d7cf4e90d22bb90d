/** A chat's header as events, reads and rows change it between two words of the hub about it. */
import type { Chat, EventFrame, Participant, Row } from "../../shared/frames";

/** The header after a live event; one that the header already counts changes nothing. */
export function headerAfterEvent(header: Chat, event: EventFrame): Chat {
  if (event.stream.endsWith("/staff")) return headerAfterStaffEvent(header, event);
  if (event.seq <= header.head) return header;
  const grown = { ...header, head: event.seq };
  switch (event.kind) {
    case "agent_joined":
      return headerAfterJoin(grown, event);
    case "chat_reopened":
      return { ...headerAfterJoin(grown, event), accepted_at: event.at, ended_at: null };
    case "agent_left":
      return headerAfterLeave(grown, event);
    case "chat_ended":
      return { ...grown, state: "ended", ended_at: event.at };
    case "visitor_identified":
      return headerAfterIdentified(grown, event);
    case "chat_renamed":
      return { ...grown, name: String(event.data?.["name"] ?? "") };
    default:
      return grown;
  }
}

/** Of what only agents see the newest word counts, whether or not the header knows it already. */
function headerAfterStaffEvent(header: Chat, event: EventFrame): Chat {
  if (event.kind !== "chat_changed") return header;
  const { tags, ticket_id, custom_fields, icon } = event.data ?? {};
  return {
    ...header,
    ...(Array.isArray(tags) ? { tags: tags.map(String) } : {}),
    ...(ticket_id === undefined ? {} : { ticket: ticket_id as number | null }),
    ...(custom_fields === undefined
      ? {}
      : { custom_fields: fieldsAfter(header.custom_fields ?? {}, custom_fields as FieldChanges) }),
    ...(icon === undefined ? {} : { icon: icon as string | null }),
  };
}

/** New values of some fields; null takes one away. */
export type FieldChanges = Readonly<Record<string, string | null>>;

/** The fields with what has changed. */
export function fieldsAfter(fields: Readonly<Record<string, string>>, changes: FieldChanges): Record<string, string> {
  const changed = Object.entries({ ...fields, ...changes });
  return Object.fromEntries(changed.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The header with what a row knows of it, unless the row is older than `head`. */
export function headerAfterRow(header: Chat, row: Row, head: number): Chat {
  if (row.head < head) return header;
  return {
    ...header,
    state: row.state,
    holder: row.holder?.id ?? null,
    queued_at: row.queued_at,
    accepted_at: row.accepted_at,
    ended_at: row.ended_at,
    team: row.team,
    ticket: row.ticket,
  };
}

/** Whether `id` takes part in the chat and may write in it. */
export function isParticipant(header: Chat, id: number): boolean {
  return header.holder === id || header.participants.some((one) => one.id === id && !one.left);
}

/** Whether a supervisor can have a word with whoever holds the chat: a colleague does. */
export function mayWhisper(header: Chat, me: number, isSupervisor: boolean): boolean {
  return isSupervisor && header.state === "active" && header.holder !== null && header.holder !== me;
}

/** How far the visitor's side has read, and when; seq 0 when it has read nothing. */
export function visitorReadFrom(header: Chat): { seq: number; at: number | null } {
  let farthest: { seq: number; at: number | null } = { seq: 0, at: null };
  for (const one of header.participants) {
    if (one.side === "visitor" && one.read > farthest.seq) farthest = { seq: one.read, at: one.read_at };
  }
  return farthest;
}

/** The user takes the place of the unknown visitor they were. */
function headerAfterIdentified(header: Chat, event: EventFrame): Chat {
  const { id } = event.who;
  if (id === null) return header;
  const name = String(event.data?.["name"] ?? "");
  return {
    ...header,
    visitor: { id, name },
    participants: header.participants.map((one) => (one.id === header.visitor.id ? { ...one, id, name } : one)),
  };
}

/** A chat whose holder leaves is back in the queue, unless somebody else holds it by then. */
function headerAfterLeave(header: Chat, event: EventFrame): Chat {
  const left = {
    ...header,
    holder: header.holder === event.who.id ? null : header.holder,
    participants: header.participants.map((one) => (one.id === event.who.id ? { ...one, left: true } : one)),
  };
  return event.data?.["state"] === "queued"
    ? { ...left, state: "queued", queued_at: event.at, accepted_at: null }
    : left;
}

function headerAfterJoin(header: Chat, event: EventFrame): Chat {
  const { id } = event.who;
  const isAccepted = event.data?.["state"] === "active";
  const isHandedOver = event.data?.["holds"] === true;
  const others = header.participants.filter((one) => one.id !== id);
  const known = header.participants.find((one) => one.id === id);
  const name = typeof event.data?.["name"] === "string" ? event.data["name"] : (known?.name ?? "");
  const joined: Participant[] =
    id === null ? [] : [{ ...(known ?? { id, side: event.who.side, read: 0, read_at: null }), name, left: false }];
  return {
    ...header,
    participants: [...others, ...joined],
    ...(isAccepted ? { state: "active" as const, holder: id, accepted_at: header.accepted_at ?? event.at } : {}),
    ...(isHandedOver ? { holder: id } : {}),
  };
}
