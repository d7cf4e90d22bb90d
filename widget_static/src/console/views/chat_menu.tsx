/** What else can be done with the chat as a whole. */
import { useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { Icon } from "./icon";
import { copyTranscript, downloadTranscript } from "./transcript";
import { useCloseOutside } from "./use_close_outside";

export function ChatMenu({ desk, chat }: { desk: Desk; chat: number }) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useCloseOutside(isOpen, place, () => setOpen(false));
  const choose = (act: () => void) => {
    setOpen(false);
    button.current?.focus();
    act();
  };
  return (
    <div
      class="tool-place"
      ref={place}
      onKeyDown={(event) => {
        if (!isOpen || event.key !== "Escape") return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label="More"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="more" />
      </button>
      {isOpen && (
        <div class="menu chat-menu">
          <button type="button" class="menu-item" onClick={() => choose(() => void copyTranscript(desk, chat))}>
            <Icon name="copy" size={18} />
            Copy transcript
          </button>
          <button type="button" class="menu-item" onClick={() => choose(() => void downloadTranscript(desk, chat))}>
            <Icon name="save" size={18} />
            Download transcript
          </button>
        </div>
      )}
    </div>
  );
}
