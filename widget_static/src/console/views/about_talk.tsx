/** Beside a chat with colleagues: its name, who is in it, and who comes in or goes. */
import { useState } from "preact/hooks";
import type { Chat } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { isParticipant } from "../state/headers";
import type { ConsoleState } from "../state/state";
import { peopleOf, titleOf } from "../state/talks";
import { momentText } from "../times";
import { Icon } from "./icon";
import { Portrait } from "./small_parts";
import { standingText, usePresence } from "./talk_sheet";
import { useHubNow } from "./use_desk";

interface Props {
  desk: Desk;
  state: ConsoleState;
  header: Chat;
  onAdd(header: Chat): void;
  onLeft(): void;
  onClose(): void;
}

const MAX_NAME_CHARS = 100;

export function AboutTalk({ desk, state, header, onAdd, onLeft, onClose }: Props) {
  const here = usePresence(desk);
  const now = useHubNow(desk, 15_000);
  const me = state.me.id;
  const people = peopleOf(header, me);
  const isIn = isParticipant(header, me);
  const maySendOut = isIn && !header.pair && header.starter === me;
  const starter = header.participants.find((one) => one.id === header.starter);
  return (
    <>
      <header class="pane-header ruled">
        <div class="visitor-who">
          <h2>{titleOf(header, me)}</h2>
        </div>
        <button type="button" class="icon-button only-folded" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={20} />
        </button>
      </header>
      <section class="visitor-section" aria-label="Who takes part">
        <h3>
          Takes part <span class="section-count">{people.length}</span>
        </h3>
        <ul class="talk-members">
          {people.map((one) => (
            <li key={one.id}>
              <Portrait name={one.name} size={28} />
              <span class="switch-words">
                {one.id === me ? `${one.name} (you)` : one.name}
                {one.id !== me && <span class="switch-note">{standingText(here, one.id)}</span>}
              </span>
              {maySendOut && one.id !== me && (
                <button
                  type="button"
                  class="icon-button"
                  aria-label={`Take ${one.name} out`}
                  title={`Take ${one.name} out`}
                  onClick={() => desk.details.removeAgent(header.id, one.id)}
                >
                  <Icon name="close" size={16} />
                </button>
              )}
            </li>
          ))}
        </ul>
        {isIn && header.state === "active" && (
          <button type="button" class="button talk-add" onClick={() => onAdd(header)}>
            <Icon name="plus" size={16} />
            Bring in colleagues
          </button>
        )}
      </section>
      {isIn && !header.pair && (
        <section class="visitor-section" aria-label="Its name">
          <h3>Name</h3>
          <Name key={header.name ?? ""} name={header.name ?? ""} onSave={(name) => desk.details.rename(header.id, name)} />
        </section>
      )}
      <section class="visitor-section" aria-label="The chat">
        <dl class="facts">
          {starter && (
            <>
              <dt>Begun by</dt>
              <dd>{starter.id === me ? "You" : starter.name}</dd>
            </>
          )}
          <dt>Started</dt>
          <dd>{momentText(header.started_at, now)}</dd>
          {header.ended_at !== null && (
            <>
              <dt>Ended</dt>
              <dd>{momentText(header.ended_at, now)}</dd>
            </>
          )}
          <dt>Chat</dt>
          <dd>{header.id}</dd>
        </dl>
        <p class="talk-hint">Only who takes part sees this chat.</p>
      </section>
      {isIn && !header.pair && (
        <section class="visitor-section" aria-label="Leaving">
          <button
            type="button"
            class="button"
            aria-disabled={state.underWay.has(header.id)}
            onClick={() => {
              desk.act({ op: "leave", args: { chat: header.id } });
              onLeft();
            }}
          >
            <Icon name="leave" size={16} />
            Leave this chat
          </button>
        </section>
      )}
    </>
  );
}

function Name({ name, onSave }: { name: string; onSave(name: string): void }) {
  const [text, setText] = useState(name);
  const canSave = text.trim() !== "" && text.trim() !== name;
  return (
    <form
      class="talk-name-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) onSave(text.trim());
      }}
    >
      <input
        type="text"
        aria-label="Name of the chat"
        placeholder="What it is about"
        dir="auto"
        maxLength={MAX_NAME_CHARS}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button" aria-disabled={!canSave}>
        Save
      </button>
    </form>
  );
}
