/** To whom a chat is handed over, or who is invited: colleagues who are there, teams, and a word for them. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat, Colleague, Colleagues } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { Portrait } from "./small_parts";

const MAX_NOTE_CHARS = 1000;
/** People come and go while one writes to them. */
const ASK_EVERY_MS = 2_000;

export interface Whom {
  agent?: number;
  team?: number;
}

interface Props {
  desk: Desk;
  header: Chat;
  purpose: "transfer" | "invite";
  onChoose(whom: Whom, note: string): void;
}

export function HandOver({ desk, header, purpose, onChoose }: Props) {
  const [found, setFound] = useState<Colleagues | null | "asking">("asking");
  const [note, setNote] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    const ask = () => desk.askColleagues(setFound);
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const title = purpose === "transfer" ? `Hand over ${header.visitor.name}` : "Invite a colleague";
  return (
    <section class="menu hand-over" role="dialog" aria-label={title}>
      <h3>{title}</h3>
      <textarea
        ref={field}
        rows={2}
        maxLength={MAX_NOTE_CHARS}
        aria-label="A word for them"
        placeholder="A word for them, if you like"
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      <People found={found} header={header} purpose={purpose} onChoose={(whom) => onChoose(whom, note.trim())} />
    </section>
  );
}

interface PeopleProps {
  found: Colleagues | null | "asking";
  header: Chat;
  purpose: "transfer" | "invite";
  onChoose(whom: Whom): void;
}

function People({ found, header, purpose, onChoose }: PeopleProps) {
  if (found === "asking") return <p class="hand-over-empty">Looking who is there</p>;
  if (found === null) return <p class="hand-over-empty">The hub cannot be asked just now. Please try again.</p>;
  const inside = new Set(header.participants.filter((one) => !one.left).map((one) => one.id));
  const agents = found.agents.filter((one) => purpose === "transfer" || !inside.has(one.id));
  const teams = purpose === "transfer" ? found.teams.filter((one) => one.present > 0) : [];
  if (agents.length + teams.length === 0) return <p class="hand-over-empty">No colleague is there now.</p>;
  return (
    <ul class="hand-over-people">
      {teams.map((team) => (
        <li key={`team-${team.id}`}>
          <button type="button" class="menu-item" onClick={() => onChoose({ team: team.id })}>
            <Portrait name={team.name} size={28} />
            <span class="switch-words">
              {team.name}
              <span class="switch-note">Team, {team.present} there</span>
            </span>
          </button>
        </li>
      ))}
      {agents.map((agent) => (
        <li key={agent.id}>
          <button type="button" class="menu-item" onClick={() => onChoose({ agent: agent.id })}>
            <Portrait name={agent.name} size={28} />
            <span class="switch-words">
              {agent.name}
              <span class="switch-note">{standingOf(agent)}</span>
            </span>
            <i class="hand-over-standing" data-accepting={agent.status === "available"} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** `Available · 2 of 5 chats` */
function standingOf({ status, reason, active, capacity }: Colleague): string {
  const standing = status === "available" ? "Available" : `Away${reason ? `, ${reason}` : ""}`;
  const chats = capacity === null ? `${active} ${active === 1 ? "chat" : "chats"}` : `${active} of ${capacity} chats`;
  return `${standing} · ${chats}`;
}
