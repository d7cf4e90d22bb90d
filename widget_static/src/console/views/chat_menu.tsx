/** What can be done with a chat as a whole besides accepting and ending it: handing over, inviting, leaving, taking over, and keeping what was said. */
import { useRef, useState } from "preact/hooks";
import type { Chat, Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { isParticipant } from "../state/headers";
import type { ConsoleState } from "../state/state";
import { HandOver } from "./hand_over";
import { Icon } from "./icon";
import { copyTranscript, downloadTranscript } from "./transcript";
import { useCloseOutside } from "./use_close_outside";

interface Props {
  desk: Desk;
  state: ConsoleState;
  header: Chat;
  row: Row | null;
}

type Purpose = "transfer" | "invite";

export function ChatMenu({ desk, state, header, row }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [purpose, setPurpose] = useState<Purpose | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    setPurpose(null);
  };
  useCloseOutside(isOpen || purpose !== null, place, close);
  const back = () => {
    button.current?.focus();
    close();
  };
  const chat = header.id;
  const keep = (act: (desk: Desk, chat: number) => Promise<void>) => {
    back();
    void act(desk, chat);
  };
  const items = itemsFrom(state, header, row);
  return (
    <div
      class="chat-menu"
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || (!isOpen && purpose === null)) return;
        event.stopPropagation();
        back();
      }}
    >
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label="More about this chat"
        aria-expanded={isOpen || purpose !== null}
        onClick={() => (isOpen || purpose !== null ? close() : setOpen(true))}
      >
        <Icon name="more" />
      </button>
      {isOpen && (
        <div class="menu chat-menu-items">
          {items.map(({ act, label, note }) => (
            <button
              key={act}
              type="button"
              class="menu-item"
              aria-disabled={state.underWay.has(chat)}
              onClick={() => {
                if (act === "transfer" || act === "invite") {
                  setOpen(false);
                  setPurpose(act);
                  return;
                }
                back();
                desk.act({ op: act, args: { chat } });
              }}
            >
              <span class="switch-words">
                {label}
                <span class="switch-note">{note}</span>
              </span>
            </button>
          ))}
          <button type="button" class="menu-item" onClick={() => keep(copyTranscript)}>
            <Icon name="copy" size={18} />
            Copy transcript
          </button>
          <button type="button" class="menu-item" onClick={() => keep(downloadTranscript)}>
            <Icon name="save" size={18} />
            Download transcript
          </button>
        </div>
      )}
      {purpose && (
        <HandOver
          desk={desk}
          header={header}
          purpose={purpose}
          onChoose={(whom, note) => {
            back();
            const words = note === "" ? {} : { note };
            if (purpose === "transfer") desk.act({ op: "transfer", args: { chat, ...whom, ...words } });
            else if (whom.agent !== undefined) desk.act({ op: "invite", args: { chat, agent: whom.agent, ...words } });
          }}
        />
      )}
    </div>
  );
}

interface Item {
  act: Purpose | "leave" | "take_over" | "reopen";
  label: string;
  note: string;
}

function itemsFrom(state: ConsoleState, header: Chat, row: Row | null): Item[] {
  const me = state.me.id;
  if (header.state === "ended") return [{ act: "reopen", label: "Open again", note: "It goes on, and is yours" }];
  const items: Item[] = [];
  if (header.state === "active" && isParticipant(header, me)) {
    const isHeld = header.holder === me;
    if (!row?.offer) {
      if (isHeld) items.push({ act: "transfer", label: "Hand over", note: "To a colleague or a team" });
      items.push({ act: "invite", label: "Invite a colleague", note: "Who writes here beside you" });
    }
    items.push({ act: "leave", label: "Leave", note: isHeld ? "The visitor waits again" : "The others stay" });
  }
  const isOthers = header.state === "active" ? header.holder !== me : row?.offer?.kind === "route";
  if (state.isSupervisor && isOthers) {
    items.push({ act: "take_over", label: "Take over", note: "Whoever has it is out" });
  }
  return items;
}
