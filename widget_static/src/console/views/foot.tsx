/** What stands below a conversation in which one cannot write, and why. Words written before are not lost with it. */
import type { Chat, Row } from "../../shared/frames";
import { shortNameFrom } from "../names";
import { isParticipant } from "../state/headers";
import { holderName } from "./conversation_header";
import { Icon } from "./icon";
import { KeyCap } from "./small_parts";

interface Props {
  header: Chat | null;
  row: Row | null;
  /** A reply that was never sent. */
  unsent: string;
  me: number;
  onDiscard(): void;
  onNote(): void;
  /** Null for who cannot. */
  onWhisper: (() => void) | null;
}

export function Foot({ header, row, unsent, me, onDiscard, onNote, onWhisper }: Props) {
  if (!header) return null;
  return (
    <section class="foot" aria-label="Why you cannot write here">
      <p>{reasonText(header, row, me)}</p>
      {header.kind !== "agents" && (
        <button type="button" class="button" aria-keyshortcuts="n" onClick={onNote}>
          <Icon name="lock" size={14} />
          Note <KeyCap>N</KeyCap>
        </button>
      )}
      {onWhisper && (
        <button type="button" class="button" aria-keyshortcuts="w" onClick={onWhisper}>
          <Icon name="whisper" size={14} />
          Whisper <KeyCap>W</KeyCap>
        </button>
      )}
      {unsent.trim() !== "" && (
        <div class="foot-kept">
          <p>
            <strong>Your text was not sent.</strong>
          </p>
          <button type="button" class="button" onClick={() => void navigator.clipboard?.writeText(unsent)}>
            Copy it
          </button>
          <button type="button" class="button" data-kind="quiet" onClick={onDiscard}>
            Discard it
          </button>
          <p class="foot-text" dir="auto">
            {unsent}
          </p>
        </div>
      )}
    </section>
  );
}

function reasonText(header: Chat, row: Row | null, me: number): string {
  if (header.kind === "agents" && !isParticipant(header, me)) return "You take part in this chat no longer.";
  switch (header.state) {
    case "flow":
      return "The flow is still talking with this visitor. You can read along.";
    case "queued":
      return `Accept the chat to write to ${shortNameFrom(header.visitor.name)}.`;
    case "active":
      return `${holderName(header, row) ?? "Nobody"} has this chat. You can read along.`;
    case "ended":
      return "This chat has ended.";
  }
}
