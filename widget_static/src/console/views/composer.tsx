/** Where the agent writes: a reply for the visitor, or a note for colleagues, never one in the clothes of the other. */
import type { Ref } from "preact";
import { textOf } from "../state/drafts";
import type { Draft, Mode } from "../state/state";
import { Icon } from "./icon";
import { KeyCap } from "./small_parts";

interface Props {
  field: Ref<HTMLTextAreaElement>;
  name: string;
  draft: Draft;
  /** False where only notes can be written. */
  canReply: boolean;
  /** The guard waits for a choice: replies are held. */
  isHeld: boolean;
  onWrite(text: string): void;
  onMode(mode: Mode): void;
  onSay(): void;
  onLeave(): void;
}

export function Composer({ field, name, draft, canReply, isHeld, onWrite, onMode, onSay, onLeave }: Props) {
  const text = textOf(draft);
  const isNote = draft.mode === "note";
  const canSay = text.trim() !== "" && (isNote || !isHeld);
  const isReady = canSay ? { "data-kind": "primary" } : {};
  return (
    <form
      class="composer"
      data-mode={draft.mode}
      onSubmit={(event) => {
        event.preventDefault();
        onSay();
      }}
    >
      <div class="modes" role="group" aria-label="What to write">
        {canReply && <ModeButton mode="reply" chosen={draft.mode} onMode={onMode} />}
        <ModeButton mode="note" chosen={draft.mode} onMode={onMode} />
        {!canReply && (
          <button type="button" class="mode" onClick={() => onMode("reply")}>
            Cancel
          </button>
        )}
      </div>
      <div class="field" data-twin={text}>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={isNote ? "Note for colleagues" : `Reply to ${name}`}
          placeholder={isNote ? "Only staff will see this" : "Write a reply"}
          value={text}
          enterkeyhint="send"
          onInput={(event) => onWrite(event.currentTarget.value)}
          onBlur={onLeave}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            onSay();
          }}
        />
      </div>
      <div class="tools">
        <span class="tools-hint">Shift + Enter for a new line</span>
        <button
          type="submit"
          class="button send"
          aria-label={isNote ? "Add note" : "Send"}
          aria-disabled={!canSay}
          {...isReady}
        >
          <Icon name="up" />
          <span class="send-word">{isNote ? "Add note" : "Send"}</span> <KeyCap>↵</KeyCap>
        </button>
      </div>
    </form>
  );
}

function ModeButton({ mode, chosen, onMode }: { mode: Mode; chosen: Mode; onMode(mode: Mode): void }) {
  const isNote = mode === "note";
  return (
    <button
      type="button"
      class="mode"
      aria-pressed={mode === chosen}
      aria-keyshortcuts={isNote ? "n" : "r"}
      onClick={(event) => {
        onMode(mode);
        event.currentTarget.form?.querySelector("textarea")?.focus();
      }}
    >
      {isNote && <Icon name="lock" size={14} />}
      {isNote ? "Note" : "Reply"} <KeyCap>{isNote ? "N" : "R"}</KeyCap>
    </button>
  );
}
