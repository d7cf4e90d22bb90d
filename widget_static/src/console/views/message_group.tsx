/** Messages of one person within a minute, with the time, how far they have come, and what they said before. */
import { useState } from "preact/hooks";
import type { Group, Message } from "../../shared/passages";
import { timeText } from "../../shared/time";
import type { Desk } from "../desk/desk";
import { earlierVersions, type Voice } from "../state/conversation";
import type { FollowedChat } from "../state/state";
import { LANGUAGE } from "../times";
import { MessageItem } from "./message_item";
import { Portrait, Words } from "./small_parts";

/** What a group looks like, besides its words. */
export interface GroupLook {
  voice: Voice;
  /** In full; and as colleagues call them, empty where nobody need be told apart. */
  name: string;
  shortName: string;
  mayCorrect: boolean;
  /** Under the newest own message: how far the other side has read, and who of several. Null for all other groups. */
  read: { seq: number; at: number | null; by?: string } | null;
}

interface Props {
  desk: Desk;
  chat: number;
  group: Group;
  look: GroupLook;
  followed: FollowedChat;
  /** The messages that were deleted, by seq. */
  gone: ReadonlySet<number>;
  /** By seq, the ids of events with files. */
  ids: ReadonlyMap<number, number>;
}

export function MessageGroup({ desk, chat, group, look, followed, gone, ids }: Props) {
  const [isTraceShown, setTraceShown] = useState(false);
  const { voice, name, shortName, mayCorrect, read } = look;
  return (
    <li class="group" data-voice={voice}>
      {voice === "visitor" && <Portrait name={name} size={28} />}
      <div class="bubbles">
        <span class="unseen">{name}:</span>
        {group.messages.map((message) => (
          <MessageItem
            key={message.key}
            desk={desk}
            chat={chat}
            message={message}
            eventId={ids.get(message.seq ?? 0) ?? null}
            isDeleted={message.seq !== null && gone.has(message.seq)}
            canCorrect={mayCorrect && message.seq !== null && !message.pending && !gone.has(message.seq)}
          />
        ))}
        {isTraceShown && group.messages.map((message) => <Trace key={message.key} followed={followed} message={message} />)}
      </div>
      <p class="group-foot">
        {voice === "mine" ? (
          <OwnFoot desk={desk} group={group} read={read} />
        ) : (
          <>
            {shortName !== "" && `${shortName} · `}
            <bdi>{timeText(lastOf(group).at, LANGUAGE)}</bdi>
          </>
        )}
        {group.messages.some(({ isEdited }) => isEdited) && (
          <>
            {" · "}
            <button
              type="button"
              class="foot-button"
              aria-expanded={isTraceShown}
              onClick={() => setTraceShown(!isTraceShown)}
            >
              {group.messages.some(({ seq }) => seq !== null && gone.has(seq)) ? "deleted" : "edited"}
            </button>
          </>
        )}
      </p>
    </li>
  );
}

/** What the message said before, for colleagues: nothing that was said is lost to them. */
function Trace({ followed, message }: { followed: FollowedChat; message: Message }) {
  if (message.seq === null || !message.isEdited) return null;
  return (
    <ul class="trace" aria-label="What it said before">
      {earlierVersions(followed, message.seq).map(({ text, at }) => (
        <li key={at}>
          <span class="trace-time">{timeText(at, LANGUAGE)}</span> <Words text={text || "Only files"} />
        </li>
      ))}
    </ul>
  );
}

interface OwnFootProps {
  desk: Desk;
  group: Group;
  read: GroupLook["read"];
}

/** The time, and under the newest own message how far it has come. */
function OwnFoot({ desk, group, read }: OwnFootProps) {
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
  if (!read || last.seq === null) return <>{timeText(last.at, LANGUAGE)}</>;
  if (last.seq > read.seq) return <>Sent {timeText(last.at, LANGUAGE)}</>;
  const by = read.by === undefined ? "" : ` by ${read.by}`;
  return (
    <>
      Seen{by} {timeText(read.at ?? last.at, LANGUAGE)}
    </>
  );
}

function lastOf(group: Group): Message {
  return group.messages.at(-1)!;
}
