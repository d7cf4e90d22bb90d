/**
 * Where the agent writes: a reply for the visitor, a note for colleagues, or a supervisor's whisper to the agent, never one
 * in the clothes of the other; and where own words are put right. Canned texts come behind a slash, colleagues behind an at sign.
 */
import type { Ref } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { isBringing, readyFiles, textOf } from "../state/drafts";
import type { ConsoleState, Draft } from "../state/state";
import { fillVariables, variablesFrom } from "../text/canned";
import { DraftFiles } from "./draft_files";
import { EmojiMenu } from "./emoji_menu";
import { Icon } from "./icon";
import { lookOf, Modes, modesFor } from "./modes";
import { KeyCap } from "./small_parts";
import { suggestionId, Suggestions, SUGGESTIONS_ID } from "./suggestions";
import { useCloseOutside } from "./use_close_outside";
import { useSuggestions, type Choice } from "./use_suggestions";

interface Props {
  desk: Desk;
  state: ConsoleState;
  chat: number;
  header: Chat;
  field: { current: HTMLTextAreaElement | null };
  draft: Draft;
  /** False where only staff can be written to. */
  canReply: boolean;
  /** The guard waits for a choice: replies are held. */
  isHeld: boolean;
  onCanned(): void;
}

export function Composer({ desk, state, chat, header, field, draft, canReply, isHeld, onCanned }: Props) {
  const editing = state.editing?.chat === chat ? state.editing : null;
  const text = editing ? editing.text : textOf(draft);
  const isReply = !editing && draft.mode === "reply";
  const look = lookOf(editing ? "reply" : draft.mode, header, state.me.id);
  const hasFiles = isReply && readyFiles(draft).length > 0;
  const canSay = editing
    ? !editing.isSaving
    : (text.trim() !== "" || hasFiles) && (!isReply || (!isHeld && !isBringing(draft)));
  const caret = useCaret(field, text);
  const write = (words: string) => (editing ? desk.corrections.write(words) : desk.writeDraft(chat, words));
  const say = () => (editing ? desk.corrections.save() : desk.say(chat));
  const put = (words: string, from: number, to: number, selection?: [number, number]) => {
    write(text.slice(0, from) + words + text.slice(to));
    caret.moveTo(selection ?? [from + words.length, from + words.length]);
  };
  const suggesting = useSuggestions(state, editing ? "reply" : draft.mode, text, (choice: Choice, from, to) => {
    if (choice.kind === "mention") return put(`@${choice.name} `, from, to);
    const { text: words, gap } = fillVariables(choice.text, variablesFrom(header, state.me));
    put(words, from, to, gap ? [from + gap[0], from + gap[1]] : undefined);
  });
  return (
    <form
      class="composer"
      data-mode={editing ? "reply" : draft.mode}
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      {suggesting.list.length > 0 && (
        <Suggestions
          label={suggesting.label}
          suggestions={suggesting.list}
          chosen={suggesting.chosen}
          onChoose={suggesting.choose}
        />
      )}
      {editing ? (
        <div class="modes editing">
          <Icon name="pencil" size={16} />
          <span>Putting your message right</span>
          <button type="button" class="mode" onClick={() => desk.corrections.end()}>
            Cancel <KeyCap>Esc</KeyCap>
          </button>
        </div>
      ) : header.kind === "agents" ? null : (
        <Modes
          desk={desk}
          chat={chat}
          header={header}
          mode={draft.mode}
          modes={modesFor(header, state, draft.mode, canReply)}
        />
      )}
      {isReply && (
        <DraftFiles files={draft.files} onRemove={(key) => desk.files.remove(chat, key)} />
      )}
      <div class="field" data-twin={text}>
        <textarea
          ref={field as Ref<HTMLTextAreaElement>}
          rows={1}
          dir="auto"
          aria-label={editing ? "Your message" : look.label}
          placeholder={look.placeholder}
          value={text}
          enterkeyhint="send"
          {...(suggesting.list.length > 0
            ? {
                "aria-controls": SUGGESTIONS_ID,
                "aria-activedescendant": suggestionId(suggesting.chosen),
                "aria-autocomplete": "list" as const,
              }
            : {})}
          onInput={(event) => {
            write(event.currentTarget.value);
            suggesting.look(event.currentTarget);
          }}
          onClick={(event) => suggesting.look(event.currentTarget)}
          onKeyUp={(event) => event.key.startsWith("Arrow") && suggesting.look(event.currentTarget)}
          onBlur={() => {
            suggesting.close();
            desk.leaveComposer();
          }}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0 || !isReply || !canReply) return;
            event.preventDefault();
            desk.files.bring(chat, files);
          }}
          onKeyDown={(event) => {
            if (event.isComposing || suggesting.press(event)) return;
            if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              say();
            } else if (event.key === "Escape" && editing) {
              event.preventDefault();
              event.stopPropagation();
              desk.corrections.end();
            } else if (event.key === "ArrowUp" && text === "" && canReply && isReply) {
              if (desk.corrections.beginLast(chat)) event.preventDefault();
            }
          }}
        />
      </div>
      <div class="tools">
        {canReply && isReply && <Attach onFiles={(files) => desk.files.bring(chat, files)} />}
        <Emoji
          onChoose={(emoji) => {
            const at = field.current?.selectionStart ?? text.length;
            put(emoji, at, field.current?.selectionEnd ?? at);
          }}
        />
        <button type="button" class="icon-button" aria-label="Canned texts" title="Canned texts" onClick={onCanned}>
          <Icon name="bolt" />
        </button>
        <span class="tools-hint">Shift + Enter for a new line</span>
        <button
          type="submit"
          class="button send"
          aria-label={editing ? "Save" : look.say}
          aria-disabled={!canSay}
          {...(canSay ? { "data-kind": "primary" } : {})}
        >
          <Icon name={editing ? "accept" : "up"} />
          <span class="send-word">{editing ? (editing.isSaving ? "Saving" : "Save") : look.say}</span>{" "}
          <KeyCap>↵</KeyCap>
        </button>
      </div>
    </form>
  );
}

function Attach({ onFiles }: { onFiles(files: File[]): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // So that the same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class="icon-button"
        aria-label="Attach files"
        title="Attach files. You can paste or drop them, too"
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </button>
    </>
  );
}

function Emoji({ onChoose }: { onChoose(emoji: string): void }) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useCloseOutside(isOpen, place, () => setOpen(false));
  return (
    <div class="tool-place" ref={place}>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label="Emoji"
        title="Emoji"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="smile" />
      </button>
      {isOpen && (
        <EmojiMenu
          onChoose={(emoji) => {
            setOpen(false);
            onChoose(emoji);
          }}
          onClose={() => {
            setOpen(false);
            button.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** Puts the cursor, or a selection, where words were put in, once they stand in the field. */
function useCaret(field: { current: HTMLTextAreaElement | null }, text: string) {
  const wanted = useRef<[number, number] | null>(null);
  useLayoutEffect(() => {
    if (!wanted.current || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(...wanted.current);
    wanted.current = null;
  }, [text]);
  return { moveTo: (selection: [number, number]) => void (wanted.current = selection) };
}
