/** What was said, as groups of messages, days, system lines and notes. */
import type { Chat, EventFrame } from "../../shared/frames";
import type { Group, Message, Passage } from "../../shared/passages";
import { dayText, timeText } from "../../shared/time";
import type { Desk } from "../desk/desk";
import { controlText, leftText } from "../state/control";
import { lastOwnSeq, nameOf, shortNameOf, voiceOf } from "../state/conversation";
import { visitorReadFrom } from "../state/headers";
import type { ConsoleState, FollowedChat } from "../state/state";
import { LANGUAGE } from "../times";
import { NoteCard } from "./note_card";
import { Portrait, Words } from "./small_parts";

interface Props {
  desk: Desk;
  state: ConsoleState;
  followed: FollowedChat;
  passages: Passage[];
}

export function Passages({ desk, state, followed, passages }: Props) {
  const { header } = followed;
  const me = state.me.id;
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
          return <GroupItem key={passage.key} desk={desk} group={passage} followed={followed} me={me} />;
        }
        const { event } = passage;
        const name = event.who.id === me ? "You" : nameOf(event.who, header);
        return event.kind === "note_posted" ? (
          <NoteCard
            key={passage.key}
            name={name}
            text={event.text ?? ""}
            at={event.at}
            isWhisper={event.data?.["whisper"] === true}
            pending={null}
          />
        ) : (
          <li key={passage.key} class="system-line">
            {lineText(event, name)} · {timeText(event.at, LANGUAGE)}
          </li>
        );
      })}
      {followed.notes.pending.map((note) => (
        <NoteCard
          key={note.cid}
          name="You"
          text={note.text}
          at={note.at}
          pending={note}
          onRetry={() => desk.retry()}
        />
      ))}
    </>
  );
}

function lineText(event: EventFrame, name: string): string {
  if (event.kind === "agent_joined") return `${joinedName(event, name)} joined`;
  if (event.kind === "chat_renamed") return `${name} named the chat “${String(event.data?.["name"])}”`;
  if (event.kind === "visitor_identified") return `The visitor has signed in as ${String(event.data?.["name"])}`;
  if (event.kind === "agent_left") return leftText(event, joinedName(event, name));
  const control = controlText(event, name);
  if (control !== null) return control;
  return event.data?.["reason"] === "idle" ? "Ended after a long silence" : `${name} ended the chat`;
}

/** The name that visitors see stands in the event. */
function joinedName(event: EventFrame, name: string): string {
  const told = event.data?.["name"];
  return name !== "You" && typeof told === "string" ? told : name;
}

interface GroupProps {
  desk: Desk;
  group: Group;
  followed: FollowedChat;
  me: number;
}

function GroupItem({ desk, group, followed, me }: GroupProps) {
  const voice = voiceOf(group);
  const name = voice === "mine" ? "You" : nameOf(group.who, followed.header);
  return (
    <li class="group" data-voice={voice}>
      {voice === "visitor" && <Portrait name={name} size={28} />}
      <div class="bubbles">
        <span class="unseen">{name}:</span>
        {group.messages.map((message) => (
          <p key={message.key} class="bubble" dir="auto" data-settling={message.pending !== null}>
            <Words text={message.text} />
          </p>
        ))}
      </div>
      <p class="group-foot">
        {voice === "mine" ? (
          <OwnFoot desk={desk} group={group} header={followed.header} newestOwn={lastOwnSeq(followed, me)} />
        ) : (
          <>
            {voice === "colleague" && `${shortNameOf(group.who, followed.header)} · `}
            {timeText(lastOf(group).at, LANGUAGE)}
          </>
        )}
        {group.messages.some(({ isEdited }) => isEdited) && " · edited"}
      </p>
    </li>
  );
}

interface OwnFootProps {
  desk: Desk;
  group: Group;
  header: Chat | null;
  newestOwn: number;
}

/** The time, and under the newest own message how far it has come. */
function OwnFoot({ desk, group, header, newestOwn }: OwnFootProps) {
  const last = lastOf(group);
  const isLate = group.messages.some((message) => message.pending?.state === "failed");
  if (isLate) {
    return (
      <>
        <span class="late">Not sent yet. We’ll keep trying.</span>{" "}
        <button type="button" class="link-button" onClick={() => desk.retry()}>
          Retry now
        </button>
      </>
    );
  }
  if (last.pending) return <>{last.pending.state === "stored" ? `Sent ${timeText(last.at, LANGUAGE)}` : "Sending"}</>;
  if (last.seq !== newestOwn) return <>{timeText(last.at, LANGUAGE)}</>;
  const read = header ? visitorReadFrom(header) : { seq: 0, at: null };
  if (last.seq > read.seq) return <>Sent {timeText(last.at, LANGUAGE)}</>;
  return <>Seen {timeText(read.at ?? last.at, LANGUAGE)}</>;
}

function lastOf(group: Group): Message {
  return group.messages.at(-1)!;
}
