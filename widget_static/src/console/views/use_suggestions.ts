/** Which suggestions stand over the composer, and what its keys do with them. */
import { useState } from "preact/hooks";
import type { ConsoleState, Mode } from "../state/state";
import { bestFirst, tokenAt, type Token } from "../text/suggesting";
import type { Suggestion } from "./suggestions";

export type Choice = { kind: "canned"; text: string } | { kind: "mention"; name: string };

type Keyed = Suggestion & { choice: Choice };

export function useSuggestions(
  state: ConsoleState,
  mode: Mode,
  text: string,
  onChoose: (choice: Choice, from: number, to: number) => void,
) {
  const [token, setToken] = useState<Token | null>(null);
  const [chosen, setChosen] = useState(0);
  // What was put away stays so until another slash or at sign is typed.
  const [putAway, setPutAway] = useState(-1);
  const list = token && token.start !== putAway ? suggestionsFor(state, token) : [];
  const close = () => setToken(null);
  const choose = (suggestion: Suggestion) => {
    if (!token) return;
    close();
    onChoose((suggestion as Keyed).choice, token.start, token.start + 1 + token.query.length);
  };
  return {
    list,
    chosen: Math.min(chosen, Math.max(0, list.length - 1)),
    label: token?.kind === "mention" ? "Colleagues" : "Canned texts",
    close,
    choose,
    /** Looks at what stands before the cursor. */
    look: (field: HTMLTextAreaElement) => {
      const next = tokenAt(field.value, field.selectionStart, mode);
      if (next?.start !== token?.start) setChosen(0);
      if (next === null || next.start !== putAway) setPutAway(-1);
      setToken(next);
    },
    /** Whether the key was for the suggestions. */
    press: (event: KeyboardEvent): boolean => {
      if (list.length === 0) return false;
      const now = Math.min(chosen, list.length - 1);
      if (event.key === "ArrowDown") setChosen((now + 1) % list.length);
      else if (event.key === "ArrowUp") setChosen((now + list.length - 1) % list.length);
      else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") choose(list[now]!);
      else if (event.key === "Escape") setPutAway(token!.start);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    text,
  };
}

function suggestionsFor(state: ConsoleState, token: Token): Keyed[] {
  if (token.kind === "canned") {
    return bestFirst(state.canned, token.query, ({ name, text }) => `${name}\n${text}`).map((canned) => ({
      id: canned.id,
      name: `/${canned.name}`,
      hint: canned.text.replaceAll(/\s+/gu, " "),
      choice: { kind: "canned", text: canned.text },
    }));
  }
  const others = state.colleagues.filter(({ id }) => id !== state.me.id);
  return bestFirst(others, token.query, ({ name }) => name).map(({ id, name }) => ({
    id,
    name,
    hint: "",
    choice: { kind: "mention", name },
  }));
}
