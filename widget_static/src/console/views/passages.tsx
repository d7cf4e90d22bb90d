/** What was said, as groups of messages, days, system lines and notes. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Chat, EventFrame } from "../../shared/frames";
import type { Group, Passage } from "../../shared/passages";
import { dayText, timeText } from "../../shared/time";
import type { Desk } from "../desk/desk";
import { controlText, leftText } from "../state/control";
import { deletedSeqs, lastOwnSeq, nameOf, shortNameOf, voiceOf, type Voice } from "../state/conversation";
import { isParticipant, visitorReadFrom, type FieldChanges } from "../state/headers";
import type { ConsoleState, FollowedChat } from "../state/state";
import { talkReadFrom } from "../state/talks";
import { LANGUAGE } from "../times";
import { MessageGroup, type GroupLook } from "./message_group";
import { NoteCard } from "./note_card";

interface Props {
  desk: Desk;
  state: ConsoleState;
  followed: FollowedChat;
  passages: Passage[];
}

export function Passages({ desk, state, followed, passages }: Props) {
  const { header } = followed;
  const me = state.me.id;
  const drawGroup = useKeptGroups(desk, state, followed);
  const nameById = (id: number) => (id === me ? "You" : nameOf({ id, side: "agent" }, header, state.colleagues));
  return (
    <>
      {passages.map((passage) => {
        if (passage.kind === "day") {
          return (
            <li key={passage.key} class="day">
              {dayText(passage.at, desk.hubNow(), LANGUAGE)}
            </li>
          );
        }
        if (passage.kind === "group") {
          return drawGroup(passage);
        }
        const { event } = passage;
        const name = event.who.id === me ? "You" : nameOf(event.who, header, state.colleagues);
        return event.kind === "note_posted" ? (
          <NoteCard
            key={passage.key}
            place={`${event.stream}:${event.seq}`}
            name={name}
            text={event.text ?? ""}
            at={event.at}
            isWhisper={event.data?.["whisper"] === true}
            colleagues={state.colleagues}
            pending={null}
          />
        ) : (
          <li key={passage.key} class="system-line">
            {lineText(event, name, nameById)} · {timeText(event.at, LANGUAGE)}
          </li>
        );
      })}
      {followed.notes.pending.map((note) => (
        <NoteCard
          key={note.cid}
          name="You"
          text={note.text}
          at={note.at}
          isWhisper={note.data?.["whisper"] === true}
          colleagues={state.colleagues}
          pending={note}
          onRetry={() => desk.retry()}
        />
      ))}
    </>
  );
}

interface KeptGroup {
  signature: string;
  drawn: VNode;
}

/**
 * Draws groups of messages, each again only when something of it has changed: a conversation of thousands stands still
 * while one line is added below it.
 */
function useKeptGroups(desk: Desk, state: ConsoleState, followed: FollowedChat): (group: Group) => VNode {
  const kept = useRef(new Map<string, KeptGroup>());
  const { header, said } = followed;
  const chat = Number(said.stream);
  const gone = deletedSeqs(followed);
  const ids = new Map(said.events.flatMap((event) => (event.data?.["attachments"] ? [[event.seq, event.id]] : [])));
  const newestOwn = lastOwnSeq(followed, state.me.id);
  const read = readFrom(header, state.me.id, newestOwn);
  const isNamed = (voice: Voice) => voice === "colleague" || (voice === "visitor" && header?.kind === "agents" && !header.pair);
  const mayCorrect = header !== null && isParticipant(header, state.me.id);
  return (group) => {
    const voice = voiceOf(group, header);
    const look: GroupLook = {
      voice,
      name: voice === "mine" ? "You" : nameOf(group.who, header, state.colleagues),
      shortName: isNamed(voice) ? shortNameOf(group.who, header, state.colleagues) : "",
      mayCorrect: voice === "mine" && mayCorrect,
      read: group.messages.at(-1)!.seq === newestOwn ? read : null,
    };
    const signature = JSON.stringify([look, group.messages]);
    const known = kept.current.get(group.key);
    if (known?.signature === signature) return known.drawn;
    const drawn = <MessageGroup key={group.key} {...{ desk, chat, group, look, followed, gone, ids }} />;
    kept.current.set(group.key, { signature, drawn });
    return drawn;
  };
}

function readFrom(header: Chat | null, me: number, newestOwn: number): NonNullable<GroupLook["read"]> {
  if (!header) return { seq: 0, at: null };
  return header.kind === "agents" ? talkReadFrom(header, me, newestOwn) : visitorReadFrom(header);
}

function lineText(event: EventFrame, name: string, nameById: (id: number) => string): string {
  if (event.kind === "agent_joined") {
    const by = event.data?.["by"];
    const who = joinedName(event, name);
    return typeof by === "number" ? `${nameById(by)} brought in ${who === "You" ? "you" : who}` : `${who} joined`;
  }
  if (event.kind === "chat_renamed") return `${name} named the chat “${String(event.data?.["name"])}”`;
  if (event.kind === "visitor_identified") return `The visitor has signed in as ${String(event.data?.["name"])}`;
  if (event.kind === "agent_left") return leftText(event, joinedName(event, name));
  const control = controlText(event, name);
  if (control !== null) return control;
  if (event.kind === "chat_rated") return ratingText(event, name);
  if (event.kind === "chat_changed") return fieldsText(event, name);
  return event.data?.["reason"] === "idle" ? "Ended after a long silence" : `${name} ended the chat`;
}

function fieldsText(event: EventFrame, name: string): string {
  const changes = Object.entries(event.data!["custom_fields"] as FieldChanges);
  const done = changes.map(([field, value]) => (value === null ? `removed ${field}` : `set ${field} to “${value}”`));
  return `${name} ${done.join(", ")}`;
}

function ratingText(event: EventFrame, name: string): string {
  const comment = event.data?.["comment"];
  return `${name} rated the chat ${String(event.data?.["score"])} of 5${comment ? `: “${String(comment)}”` : ""}`;
}

/** The name that visitors see stands in the event. */
function joinedName(event: EventFrame, name: string): string {
  const told = event.data?.["name"];
  return name !== "You" && typeof told === "string" ? told : name;
}
