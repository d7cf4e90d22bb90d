/** The agent's chats: requests first, with what can be done about them, then those under way, then those that are over. */
import type { Row } from "../../shared/frames";
import { dayText, timeText } from "../../shared/time";
import { lastAt, unreadFrom, waitingSince } from "../../console/state/inbox";
import { PersonPortrait } from "../../widget/parts/portrait";
import { fill } from "../../widget/words";
import type { AgentScene } from "../scene";
import { rowsShown } from "../view";
import { Answers } from "./answers";

export function List({ scene }: { scene: AgentScene }) {
  const { known, words } = scene;
  const { requests, own, ended } = rowsShown(known!);
  if (!known!.inbox.isLoaded) {
    return (
      <div class="list bones" aria-hidden="true">
        <span class="bone" />
        <span class="bone" />
        <span class="bone" />
      </div>
    );
  }
  return (
    <div class="list" tabIndex={0} role="group" aria-label={words.liveChatName}>
      {requests.length + own.length === 0 && (
        <div class="list-empty">
          <p class="queue-title">{words.noChats}</p>
          <p class="sentence">{words.noChatsExplained}</p>
        </div>
      )}
      <Section title={words.newChatRequest} rows={requests} scene={scene} isRequest />
      <Section title={words.myChats} rows={own} scene={scene} />
      <Section title={words.ended} rows={ended} scene={scene} />
    </div>
  );
}

function Section({ title, rows, scene, isRequest }: { title: string; rows: Row[]; scene: AgentScene; isRequest?: boolean }) {
  if (rows.length === 0) return null;
  return (
    <section class="list-part" role="group" aria-label={title}>
      <h3 class="list-title">
        {title}
        {isRequest && <span class="list-count">{rows.length}</span>}
      </h3>
      <ul>
        {rows.map((row) => (
          <li key={row.chat} class={isRequest ? "request" : ""}>
            <Line row={row} scene={scene} />
            {isRequest && <Answers row={row} scene={scene} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Line({ row, scene }: { row: Row; scene: AgentScene }) {
  const { known, words, agent } = scene;
  const unread = row.state === "ended" ? 0 : unreadFrom(row, known!.readHere);
  return (
    <button type="button" class="chat-line" onClick={() => agent.openChat(row.chat)}>
      <PersonPortrait name={row.visitor.name} />
      <span class="chat-words">
        <span class="chat-name">
          {row.icon && <span class="chat-icon">{iconOf(row.icon)}</span>}
          <bdi>{row.name ?? row.visitor.name}</bdi>
        </span>
        <LastWords row={row} scene={scene} />
      </span>
      <span class="chat-side">
        <span class="chat-time">{whenOf(row, scene)}</span>
        {unread > 0 && (
          <span class="chat-unread">
            <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
            <span class="unseen">{fill(words.unreadCount, unread)}</span>
          </span>
        )}
      </span>
    </button>
  );
}

/** Names that programs gave icons are no pictures. */
function iconOf(icon: string): string {
  return /^[\w .-]+$/.test(icon) ? "" : icon;
}

function LastWords({ row: { state, last, profile, queued_at, started_at }, scene: { words, language, known } }: { row: Row; scene: AgentScene }) {
  const isOwn = last?.who.side === "agent" && last.who.id === known!.me.id;
  const otherwise = state === "queued" ? fill(words.since, timeText(queued_at ?? started_at, language)) : profile.name;
  return (
    <span class="chat-last">
      {isOwn && `${words.you}: `}
      <bdi>{last ? last.text : otherwise}</bdi>
    </span>
  );
}

function whenOf(row: Row, { language }: AgentScene): string {
  const at = row.state === "queued" ? waitingSince(row) : row.state === "ended" ? (row.ended_at ?? lastAt(row)) : lastAt(row);
  const now = Date.now();
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? timeText(at, language) : dayText(at, now, language);
}
