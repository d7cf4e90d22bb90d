/** What could be written here: a list over the field, moved in by the field's own keys. */
import { useEffect, useRef } from "preact/hooks";

export interface Suggestion {
  id: number;
  name: string;
  hint: string;
}

interface Props {
  label: string;
  suggestions: readonly Suggestion[];
  chosen: number;
  onChoose(suggestion: Suggestion): void;
}

export const SUGGESTIONS_ID = "suggestions";

export function suggestionId(index: number): string {
  return `suggestion-${index}`;
}

export function Suggestions({ label, suggestions, chosen, onChoose }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  return (
    <ul ref={list} class="suggestions" role="listbox" id={SUGGESTIONS_ID} aria-label={label}>
      {suggestions.map((suggestion, index) => (
        <li
          key={suggestion.id}
          id={suggestionId(index)}
          class="suggestion"
          role="option"
          aria-selected={index === chosen}
          // The field keeps the focus: a press elsewhere would close the list before it is a click.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(suggestion)}
        >
          <span class="suggestion-name">{suggestion.name}</span>
          <span class="suggestion-hint">{suggestion.hint}</span>
        </li>
      ))}
    </ul>
  );
}
