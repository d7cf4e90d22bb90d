/** A note: a surface of its own, a lock and a label, so that nobody takes it for a message. */
import type { Named } from "../../shared/frames";
import { timeText } from "../../shared/time";
import type { PendingMessage } from "../../shared/transcript";
import { partsOf } from "../text/mentions";
import { LANGUAGE } from "../times";
import { Icon } from "./icon";
import { Words } from "./small_parts";

interface Props {
  place?: string | undefined;
  name: string;
  text: string;
  at: number;
  /** A supervisor's word for whoever holds the chat. */
  isWhisper?: boolean;
  colleagues: readonly Named[];
  pending: PendingMessage | null;
  onRetry?(): void;
}

export function NoteCard({ place, name, text, at, isWhisper, colleagues, pending, onRetry }: Props) {
  return (
    <li class="note" data-kind={isWhisper ? "whisper" : "note"} data-place={place}>
      <p class="note-head">
        <Icon name={isWhisper ? "whisper" : "lock"} size={14} />
        <strong>{isWhisper ? "Whisper" : "Note"}, only staff see this</strong>
        <span>
          · {name} {timeText(at, LANGUAGE)}
        </span>
      </p>
      <p class="note-text" dir="auto">
        {partsOf(text, colleagues).map((part, index) =>
          part.kind === "mention" ? (
            <strong key={index} class="mention">
              {part.text}
            </strong>
          ) : (
            <Words key={index} text={part.text} />
          ),
        )}
      </p>
      {pending?.state === "failed" && (
        <p class="note-head">
          Not stored yet. We’ll keep trying.{" "}
          <button type="button" class="link-button" onClick={onRetry}>
            Retry now
          </button>
        </p>
      )}
    </li>
  );
}
