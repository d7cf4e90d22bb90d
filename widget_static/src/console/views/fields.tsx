/** Custom fields of a chat: what the page told of its visitor, to be put right and added to. */
import { Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  chat: number;
  fields: Readonly<Record<string, string>>;
}

// PROTOCOL.md: as much as the hub keeps.
const MAX_NAME_CHARS = 60;
const MAX_VALUE_CHARS = 1_000;

/** A field that is being changed by name, a new one, or none. */
type Editing = { name: string } | "new" | null;

export function Fields({ desk, chat, fields }: Props) {
  const [editing, setEditing] = useState<Editing>(null);
  const place = useRef<HTMLDivElement>(null);
  const end = (name: string | null) => {
    setEditing(null);
    // What was pressed to begin is drawn again.
    queueMicrotask(() => buttonOf(place.current, name)?.focus());
  };
  const save = (name: string, value: string) => {
    const kept = value.trim();
    if (name.trim() !== "" && kept !== (fields[name] ?? "")) desk.fields.set(chat, name.trim(), kept || null);
  };
  const names = Object.keys(fields).sort((one, other) => one.localeCompare(other));
  return (
    <div ref={place}>
      {names.length > 0 && (
        <dl class="facts fields">
          {names.map((name) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>
                {editing !== null && editing !== "new" && editing.name === name ? (
                  <ValueForm
                    label={name}
                    value={fields[name]!}
                    onSave={(value) => {
                      save(name, value);
                      end(value.trim() === "" ? null : name);
                    }}
                    onCancel={() => end(name)}
                  />
                ) : (
                  <button
                    type="button"
                    class="field-value"
                    data-field={name}
                    title={`Change ${name}`}
                    onClick={() => setEditing({ name })}
                  >
                    <bdi>{fields[name]}</bdi>
                    <Icon name="pencil" size={14} />
                    <span class="unseen">, change {name}</span>
                  </button>
                )}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      {editing === "new" ? (
        <NewForm
          onSave={(name, value) => {
            save(name, value);
            end(null);
          }}
          onCancel={() => end(null)}
        />
      ) : (
        <button type="button" class="chip chip-add" data-field="" onClick={() => setEditing("new")}>
          Add a field
        </button>
      )}
    </div>
  );
}

function buttonOf(place: HTMLElement | null, name: string | null): HTMLElement | undefined {
  const buttons = [...(place?.querySelectorAll<HTMLElement>("[data-field]") ?? [])];
  return buttons.find((button) => button.dataset["field"] === name) ?? buttons.at(-1);
}

interface ValueProps {
  label: string;
  value: string;
  onSave(value: string): void;
  onCancel(): void;
}

function ValueForm({ label, value, onSave, onCancel }: ValueProps) {
  const field = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  useLayoutEffect(() => field.current?.select(), []);
  // Whatever ends it takes the focus away as well, and that is no second end.
  const endWith = (act: () => void) => {
    if (!isOver.current) act();
    isOver.current = true;
  };
  const save = () => endWith(() => onSave(field.current!.value));
  return (
    <form
      class="field-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => leaveOnEscape(event, () => endWith(onCancel))}
    >
      <input
        ref={field}
        class="tag-field"
        dir="auto"
        aria-label={`${label}, empty to remove it`}
        maxLength={MAX_VALUE_CHARS}
        autocomplete="off"
        defaultValue={value}
        // Who looks at another window comes back to what they were writing.
        onBlur={() => document.activeElement !== field.current && save()}
      />
    </form>
  );
}

function NewForm({ onSave, onCancel }: { onSave(name: string, value: string): void; onCancel(): void }) {
  const name = useRef<HTMLInputElement>(null);
  const value = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => name.current?.focus(), []);
  return (
    <form
      class="field-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(name.current!.value, value.current!.value);
      }}
      onKeyDown={(event) => leaveOnEscape(event, onCancel)}
    >
      <input ref={name} class="tag-field" dir="auto" aria-label="Name of the field" placeholder="Name" required maxLength={MAX_NAME_CHARS} autocomplete="off" />
      <input ref={value} class="tag-field" dir="auto" aria-label="Value" placeholder="Value" required maxLength={MAX_VALUE_CHARS} autocomplete="off" />
      <div class="field-choices">
        <button type="submit" class="chip">
          Save
        </button>
        <button type="button" class="chip chip-add" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function leaveOnEscape(event: KeyboardEvent, onCancel: () => void): void {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  onCancel();
}
