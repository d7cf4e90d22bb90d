/** The way to end the chat without opening its window first; beside the bubble, shown while it is pointed at. */
import type { Words } from "../words";
import { Icon } from "./icon";

export function BubbleEnd({ words, ask }: { words: Words; ask(): void }) {
  return (
    <button type="button" class="bubble-end" aria-label={words.endChat} title={words.endChat} onClick={ask}>
      <Icon name="close" />
    </button>
  );
}
