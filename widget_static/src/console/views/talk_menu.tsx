/** What else can be done with a chat among colleagues: bringing others in, leaving, opening it again, keeping what was said. */
import { useRef, useState } from "preact/hooks";
import type { Chat } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { Icon } from "./icon";
import { copyTranscript, downloadTranscript } from "./transcript";
import { useCloseOutside } from "./use_close_outside";

interface Props {
  desk: Desk;
  state: ConsoleState;
  header: Chat;
  onAdd(): void;
  onLeft(): void;
}

export function TalkMenu({ desk, state, header, onAdd, onLeft }: Props) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useCloseOutside(isOpen, place, () => setOpen(false));
  const chat = header.id;
  const back = () => {
    button.current?.focus();
    setOpen(false);
  };
  const pick = (act: () => void) => () => {
    back();
    act();
  };
  return (
    <div
      class="chat-menu"
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation();
        back();
      }}
    >
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label="More about this chat"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="more" />
      </button>
      {isOpen && (
        <div class="menu chat-menu-items">
          {header.state === "active" && (
            <button type="button" class="menu-item" onClick={pick(onAdd)}>
              <span class="switch-words">
                Bring in colleagues
                <span class="switch-note">{header.pair ? "Starts another chat" : "They can read what was said"}</span>
              </span>
            </button>
          )}
          {header.state === "ended" && (
            <button type="button" class="menu-item" onClick={pick(() => desk.act({ op: "reopen", args: { chat } }))}>
              <span class="switch-words">
                Open again
                <span class="switch-note">It goes on</span>
              </span>
            </button>
          )}
          {!header.pair && (
            <button
              type="button"
              class="menu-item"
              aria-disabled={state.underWay.has(chat)}
              onClick={pick(() => {
                desk.act({ op: "leave", args: { chat } });
                onLeft();
              })}
            >
              <span class="switch-words">
                Leave
                <span class="switch-note">It is gone for you</span>
              </span>
            </button>
          )}
          <button type="button" class="menu-item" onClick={pick(() => void copyTranscript(desk, chat))}>
            <Icon name="copy" size={18} />
            Copy transcript
          </button>
          <button type="button" class="menu-item" onClick={pick(() => void downloadTranscript(desk, chat))}>
            <Icon name="save" size={18} />
            Download transcript
          </button>
        </div>
      )}
    </div>
  );
}
