/** Asks once before a chat is ended, in place. */
import { useEffect, useRef } from "preact/hooks";

interface Props {
  /** Among colleagues. */
  isTalk: boolean;
  onEnd(): void;
  onKeep(): void;
}

export function EndQuestion({ isTalk, onEnd, onKeep }: Props) {
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => confirm.current?.focus(), []);
  return (
    <section class="foot end-question" aria-labelledby="end-title">
      <p id="end-title">
        <strong>End this chat?</strong>{" "}
        {isTalk ? "It stays to be read, and can be opened again." : "The visitor is told, and can start a new one."}
      </p>
      <button ref={confirm} type="button" class="button" data-kind="bad" onClick={onEnd}>
        End chat
      </button>
      <button type="button" class="button" onClick={onKeep}>
        Keep open
      </button>
    </section>
  );
}
