/** Takes what was said to the clipboard, and says so in the place of its own name until the next drawing. */
import type { Scene } from "../scene";
import { transcriptText } from "../transcript_text";

export function CopyButton({ scene, isLink }: { scene: Scene; isLink?: boolean }) {
  const { words } = scene;
  const copy = async (event: MouseEvent) => {
    const button = event.currentTarget as HTMLElement;
    await navigator.clipboard.writeText(await transcriptText(scene));
    (button.firstChild as Text).data = button.nextElementSibling!.textContent = words.copied;
  };
  return (
    <>
      <button class={isLink ? "link" : "button"} onClick={copy}>
        {words.copyTranscript}
      </button>
      <span class="unseen" role="status" />
    </>
  );
}
