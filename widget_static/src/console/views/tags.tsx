/** The tags of a chat: chips that go at a press, and a field that offers those in use. */
import { useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  chat: number;
  tags: readonly string[];
}

export function Tags({ desk, chat, tags }: Props) {
  const [isAdding, setAdding] = useState(false);
  const [known, setKnown] = useState<readonly string[]>([]);
  const button = useRef<HTMLButtonElement>(null);
  const begin = () => {
    setAdding(true);
    desk.tags.list(setKnown);
  };
  const end = () => {
    setAdding(false);
    queueMicrotask(() => button.current?.focus());
  };
  const add = (text: string) => {
    const tag = text.trim();
    if (tag !== "") desk.tags.set(chat, [...tags.filter((one) => one !== tag), tag]);
    end();
  };
  return (
    <div class="tags">
      {tags.map((tag) => (
        <span key={tag} class="chip">
          {tag}
          <button
            type="button"
            class="chip-button"
            aria-label={`Remove the tag ${tag}`}
            onClick={() => desk.tags.set(chat, tags.filter((one) => one !== tag))}
          >
            <Icon name="close" size={14} />
          </button>
        </span>
      ))}
      {isAdding ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add(new FormData(event.currentTarget).get("tag") as string);
          }}
        >
          <input
            ref={(field) => field?.focus()}
            name="tag"
            list="known-tags"
            class="tag-field"
            aria-label="New tag"
            maxLength={40}
            autocomplete="off"
            onBlur={(event) => event.currentTarget.value.trim() === "" && setAdding(false)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              end();
            }}
          />
          <datalist id="known-tags">
            {known.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
        </form>
      ) : (
        <button ref={button} type="button" class="chip chip-add" data-tag-add="" onClick={begin}>
          Add
        </button>
      )}
    </div>
  );
}
