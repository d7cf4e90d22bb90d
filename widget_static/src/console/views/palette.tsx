/** The palette: everything that can be done, by its name, with the key that does it; and chats, by whom they are with. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { bestFirst } from "../text/suggesting";
import { Icon, type IconName } from "./icon";
import { KeyCap } from "./small_parts";

export interface PaletteCommand {
  id: string;
  group: string;
  label: string;
  icon: IconName;
  hint?: string;
  keys?: readonly string[];
  run(): void;
}

interface Props {
  commands: readonly PaletteCommand[];
  /** Looks through all chats for what was typed. */
  onSearch(text: string): void;
  onClose(): void;
}

const MOST = 12;

export function Palette({ commands, onSearch, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  // Before the next key: who presses the one for the palette goes on typing at once.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const wanted = text.trim();
  const fitting = wanted === "" ? commands.slice(0, MOST) : bestFirst(commands, wanted, wordsOf, MOST);
  const search: PaletteCommand = {
    id: "search",
    group: "All chats",
    label: `Search all chats for “${wanted}”`,
    icon: "search",
    run: () => onSearch(wanted),
  };
  // Together again by their groups, in the order in which the first of each was found.
  const groups = [...new Set(fitting.map(({ group }) => group))];
  const shown = groups.flatMap((group) => fitting.filter((command) => command.group === group));
  const offered = wanted === "" ? shown : [...shown, search];
  const now = Math.min(chosen, offered.length - 1);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [now]);
  const run = (command: PaletteCommand | undefined) => {
    if (!command) return;
    dialog.current?.close();
    // The dialog gives the focus back first; what is done now may move it on.
    queueMicrotask(() => command.run());
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Commands"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="palette-head">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Command or chat"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={`command-${now}`}
          placeholder="What would you like to do?"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            if (event.key === "ArrowDown") setChosen((now + 1) % offered.length);
            else if (event.key === "ArrowUp") setChosen((now + offered.length - 1) % offered.length);
            else if (event.key === "Enter") run(offered[now]);
            else return;
            event.preventDefault();
          }}
        />
        <KeyCap>Esc</KeyCap>
      </div>
      <div ref={list} class="palette-list" id="palette-list" role="listbox" aria-label="Commands">
        {offered.map((command, index) => (
          <div key={command.id} role="presentation">
            {offered[index - 1]?.group !== command.group && (
              <p class="palette-group" aria-hidden="true">
                {command.group}
              </p>
            )}
            <div
              id={`command-${index}`}
              class="palette-item"
              role="option"
              aria-selected={index === now}
              onPointerMove={() => index !== now && setChosen(index)}
              onClick={() => run(command)}
            >
              <Icon name={command.icon} size={18} />
              <span class="palette-label">{command.label}</span>
              {command.hint && <span class="palette-hint">{command.hint}</span>}
              <span class="palette-keys">{command.keys?.map((key) => <KeyCap key={key}>{key}</KeyCap>)}</span>
            </div>
          </div>
        ))}
      </div>
    </dialog>
  );
}

function wordsOf({ label, hint = "" }: PaletteCommand): string {
  return `${label}\n${hint}`;
}
