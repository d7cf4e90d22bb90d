/** Whom to write to, or to bring in: colleagues to choose among by typing, by arrows or by the mouse. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { makeCid } from "../../shared/cid";
import type { Chat, Colleague, Named } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { addToTalk, startTalk, type Outcome } from "../desk/talks";
import type { ConsoleState } from "../state/state";
import { peopleOf } from "../state/talks";
import { bestFirst } from "../text/suggesting";
import { Icon } from "./icon";
import { KeyCap, Portrait } from "./small_parts";

interface Props {
  desk: Desk;
  state: ConsoleState;
  /** The chat that colleagues are brought into; null starts one. */
  into: Chat | null;
  onOpen(chat: number): void;
  onClose(): void;
}

const MAX_NAME_CHARS = 100;
const MOST_SHOWN = 200;
/** People come and go while one chooses. */
const ASK_EVERY_MS = 2_000;

export function TalkSheet({ desk, state, into, onOpen, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<readonly Named[]>([]);
  const [name, setName] = useState("");
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const here = usePresence(desk);
  // The same for every try with the same people: a lost answer must not make two chats.
  const cid = useRef(makeCid());
  useLayoutEffect(() => {
    dialog.current?.showModal();
    field.current?.focus();
  }, []);
  useEffect(() => void desk.library.loadColleagues(), []);
  useEffect(() => void (cid.current = makeCid()), [chosen, name]);
  const inside = into ? peopleOf(into, state.me.id).map(({ id }) => id) : [state.me.id];
  const free = state.colleagues.filter(({ id }) => !inside.includes(id));
  const shown = text.trim() === "" ? byPresence(free, here) : bestFirst(free, text.trim(), (one) => one.name, MOST_SHOWN);
  const now = Math.min(at, shown.length - 1);
  useEffect(() => list.current?.querySelector("[data-now=true]")?.scrollIntoView({ block: "nearest" }), [now, text]);
  // What two have said stays between them: who comes in makes it another chat.
  const startsAnew = into === null || into.pair === true;
  const together = into?.pair ? inside.filter((id) => id !== state.me.id).length : 0;
  const isGroup = startsAnew && chosen.length + together > 1;
  const close = () => {
    dialog.current?.close();
    onClose();
  };
  const toggle = (one: Named | undefined) => {
    if (!one) return;
    setChosen(chosen.some(({ id }) => id === one.id) ? chosen.filter(({ id }) => id !== one.id) : [...chosen, one]);
    setText("");
    setRefusal(null);
    field.current?.focus();
  };
  const take = (outcome: Outcome) => {
    setSending(false);
    if ("sentence" in outcome) return setRefusal(outcome.sentence);
    close();
    onOpen(outcome.chat);
  };
  const send = () => {
    if (isSending || chosen.length === 0) return;
    setSending(true);
    setRefusal(null);
    const ids = chosen.map(({ id }) => id);
    if (!startsAnew) return addToTalk(desk, into!.id, ids, cid.current, take);
    const others = into ? inside.filter((id) => id !== state.me.id) : [];
    startTalk(desk, [...others, ...ids], name, cid.current, take);
  };
  const title = into ? "Bring in colleagues" : "Write to colleagues";
  const say = into ? (into.pair ? "Start with all" : "Bring in") : "Start";
  return (
    <dialog
      ref={dialog}
      class="sheet talk-sheet"
      aria-labelledby="talk-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div class="sheet-head">
          <h2 id="talk-title">{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        <div class="talk-field" onClick={() => field.current?.focus()}>
          {chosen.map((one) => (
            <button key={one.id} type="button" class="talk-chip" aria-label={`Without ${one.name}`} onClick={() => toggle(one)}>
              {one.name} <Icon name="close" size={14} />
            </button>
          ))}
          <input
            ref={field}
            type="text"
            role="combobox"
            aria-label="Colleagues"
            aria-expanded={shown.length > 0}
            aria-controls="talk-people"
            aria-autocomplete="list"
            aria-activedescendant={now >= 0 ? `talk-person-${now}` : undefined}
            placeholder={chosen.length === 0 ? "Names" : ""}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (event.isComposing) return;
              if (event.key === "ArrowDown") setAt((now + 1) % Math.max(1, shown.length));
              else if (event.key === "ArrowUp") setAt((now + shown.length - 1) % Math.max(1, shown.length));
              else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
              else if (event.key === "Enter" && text.trim() === "" && chosen.length > 0) send();
              else if (event.key === "Enter") toggle(shown[now]);
              else if (event.key === "Backspace" && text === "" && chosen.length > 0) setChosen(chosen.slice(0, -1));
              else return;
              event.preventDefault();
            }}
          />
        </div>
        <div ref={list} id="talk-people" class="talk-people" role="listbox" aria-label="Colleagues" aria-multiselectable="true">
          {shown.map((one, index) => (
            <div
              key={one.id}
              id={`talk-person-${index}`}
              class="palette-item"
              role="option"
              aria-selected={chosen.some(({ id }) => id === one.id)}
              data-now={index === now}
              onPointerMove={() => index !== now && setAt(index)}
              onClick={() => toggle(one)}
            >
              <Portrait name={one.name} size={28} />
              <span class="talk-name">{one.name}</span>
              <span class="palette-hint">{standingText(here, one.id)}</span>
              {chosen.some(({ id }) => id === one.id) && <Icon name="accept" size={18} />}
            </div>
          ))}
          {shown.length === 0 && (
            <p class="hand-over-empty" role="presentation">
              {text.trim() === "" ? "There is no other colleague." : `No colleague is called “${text.trim()}”.`}
            </p>
          )}
        </div>
        {isGroup && (
          <label class="talk-group-name">
            <span>Name</span>
            <input
              type="text"
              maxLength={MAX_NAME_CHARS}
              placeholder="If you like"
              dir="auto"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
        )}
        {into?.pair && <p class="talk-hint">What you two have said stays between you. This starts another chat.</p>}
        {refusal && (
          <p class="form-refusal talk-hint" role="alert">
            {refusal}
          </p>
        )}
        <div class="talk-foot">
          <button type="submit" class="button" aria-disabled={chosen.length === 0 || isSending} data-kind={chosen.length > 0 ? "primary" : undefined}>
            {isSending ? "Starting" : say} <KeyCap>↵</KeyCap>
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Who is here now, by id; null until the hub has said so. */
export function usePresence(desk: Desk): ReadonlyMap<number, Colleague> | null {
  const [here, setHere] = useState<ReadonlyMap<number, Colleague> | null>(null);
  useEffect(() => {
    const ask = () =>
      desk.askColleagues((found) => found && setHere(new Map(found.agents.map((one) => [one.id, one]))));
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return here;
}

/** `Away, lunch`; nothing before anybody knows. */
export function standingText(here: ReadonlyMap<number, Colleague> | null, id: number): string {
  if (!here) return "";
  const one = here.get(id);
  if (!one) return "Not here";
  return one.status === "available" ? "Available" : `Away${one.reason ? `, ${one.reason}` : ""}`;
}

/** Who is here comes first. */
function byPresence(people: readonly Named[], here: ReadonlyMap<number, Colleague> | null): Named[] {
  const rank = (one: Named) => (here?.has(one.id) ? 0 : 1);
  return [...people].sort((one, other) => rank(one) - rank(other)).slice(0, MOST_SHOWN);
}
