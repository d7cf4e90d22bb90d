/** What the chat is called, who takes part, and what was said, to take along. */
import type { Scene } from "../scene";
import { transcriptText } from "../transcript_text";
import { CopyButton } from "./copy_button";
import { PersonPortrait } from "./portrait";
import { takeFocus } from "../focus";

export function Details({ scene }: { scene: Scene }) {
  const { state, words, acts } = scene;
  const { chat } = state;
  const close = () => acts.show("none");
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    const { value } = (event.currentTarget as HTMLFormElement).querySelector("input")!;
    if (value.trim()) acts.ask("rename", { name: value.trim() });
  };
  const download = async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await transcriptText(scene)], { type: "text/plain" }));
    link.download = `chat-${chat!.id}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  if (!chat) return null;
  return (
    <>
      <div class="veil dim" onClick={close} />
      <div ref={takeFocus} class="question details" role="dialog" aria-labelledby="details" tabIndex={-1}>
        <h3 id="details" class="question-title">
          {words.chatDetails}
        </h3>
        <form class="rename" onSubmit={rename}>
          <input class="field" dir="auto" maxLength={100} placeholder={words.namePlaceholder} aria-label={words.namePlaceholder} value={chat.name ?? ""} />
          <button class="button">
            {words.save}
          </button>
        </form>
        <h4 class="file-note">{words.participants}</h4>
        <ul class="people">
          {chat.participants
            .filter(({ left }) => !left)
            .map(({ id, name }) => (
              <li key={id}>
                <PersonPortrait name={name} />
                <bdi>{name}</bdi>
              </li>
            ))}
        </ul>
        <div class="question-answers">
          <CopyButton scene={scene} />
          <button class="button" onClick={download}>
            {words.download}
          </button>
          <button class="button primary" onClick={close}>
            {words.close}
          </button>
        </div>
      </div>
    </>
  );
}
