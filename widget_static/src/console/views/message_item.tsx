/** One message: its words, its files, and what its author can do with it. */
import { useState } from "preact/hooks";
import type { Message } from "../../shared/passages";
import type { Desk } from "../desk/desk";
import { Icon } from "./icon";
import { MessageFiles } from "./message_files";
import { Words } from "./small_parts";

interface Props {
  desk: Desk;
  chat: number;
  message: Message;
  /** The id of its event; null while it is on its way. */
  eventId: number | null;
  isDeleted: boolean;
  /** Whether this agent wrote it and it stands as an event. */
  canCorrect: boolean;
}

export function MessageItem({ desk, chat, message, eventId, isDeleted, canCorrect }: Props) {
  const { seq, text, data } = message;
  const files = data.attachments ?? [];
  return (
    <div
      class="message"
      data-place={seq === null ? undefined : `${chat}:${seq}`}
      data-settling={message.pending !== null}
      // A tap on one's own message brings its buttons up where nothing can hover.
      tabIndex={canCorrect ? -1 : undefined}
    >
      {(text !== "" || files.length === 0) && (
        <p class="bubble" dir="auto" data-deleted={isDeleted}>
          <Words text={text} />
        </p>
      )}
      {files.length > 0 && (
        <MessageFiles
          desk={desk}
          files={files}
          event={seq === null || eventId === null ? null : { chat, seq, id: eventId }}
        />
      )}
      {canCorrect && seq !== null && <Corrections desk={desk} chat={chat} seq={seq} hasText={text !== ""} />}
    </div>
  );
}

interface CorrectionsProps {
  desk: Desk;
  chat: number;
  seq: number;
  hasText: boolean;
}

function Corrections({ desk, chat, seq, hasText }: CorrectionsProps) {
  const [isAsking, setAsking] = useState(false);
  if (isAsking) {
    return (
      <div class="corrections" data-asking="true" role="group" aria-label="Delete this message for everybody?">
        <span>Delete for everybody?</span>
        <button
          type="button"
          class="button"
          data-kind="bad"
          ref={(button) => button?.focus()}
          onClick={() => desk.corrections.remove(chat, seq)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            setAsking(false);
          }}
        >
          Delete
        </button>
        <button type="button" class="button" onClick={() => setAsking(false)}>
          Keep
        </button>
      </div>
    );
  }
  return (
    <div class="corrections">
      {hasText && (
        <button
          type="button"
          class="icon-button"
          aria-label="Put this message right"
          title="Put right"
          onClick={() => desk.corrections.begin(chat, seq)}
        >
          <Icon name="pencil" size={16} />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label="Delete this message"
        title="Delete"
        onClick={() => setAsking(true)}
      >
        <Icon name="bin" size={16} />
      </button>
    </div>
  );
}
