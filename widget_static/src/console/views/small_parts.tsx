/** The small parts of several panes: key caps, portraits of initials, text with its links. */
import { partsFrom } from "../../shared/text";
import { hueFrom, initialsFrom } from "../names";

/** A key as it stands on the keyboard. The button's own name says the act, so readers skip it. */
export function KeyCap({ children }: { children: string }) {
  return (
    <kbd class="keycap" aria-hidden="true">
      {children}
    </kbd>
  );
}

export function Portrait({ name, size = 32 }: { name: string; size?: 18 | 28 | 32 | 36 }) {
  return (
    <span class="portrait" data-size={size} data-hue={hueFrom(name)} aria-hidden="true">
      {initialsFrom(name)}
    </span>
  );
}

/** Text of people: text nodes, and links that open apart from the console. */
export function Words({ text }: { text: string }) {
  return (
    <>
      {partsFrom(text).map((part, index) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
