/** The hub does not answer at all: said in words, tried again by itself and at a press. */
import { useEffect } from "preact/hooks";

// Often enough to be back soon, rarely enough not to burden a hub that is just starting.
const AGAIN_EVERY_MS = 5_000;

export function Unreachable({ onRetry }: { onRetry(): void }) {
  useEffect(() => {
    const timer = setInterval(onRetry, AGAIN_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="conversation-empty unreachable">
      <strong>The hub cannot be reached</strong>
      <p>Check the connection. This page tries again every few seconds.</p>
      <button type="button" class="button" onClick={onRetry}>
        Try now
      </button>
    </main>
  );
}
