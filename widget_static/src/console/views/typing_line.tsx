/** Who is typing, in a place that is always kept. */
import { shortNameFrom } from "../names";
import type { Typing } from "../state/state";

export function TypingLine({ typing }: { typing: readonly Typing[] }) {
  const text = typingText(typing);
  return (
    <div class="typing" data-on={text !== ""}>
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span role="status">{text}</span>
    </div>
  );
}

function typingText(typing: readonly Typing[]): string {
  const [first, second] = typing.map((one) => shortNameFrom(one.name));
  if (first === undefined) return "";
  return second === undefined ? `${first} is typing` : `${first} and ${second} are typing`;
}
