/** What the chat is called, who takes part, and what was said, to take along. */
import type { Scene } from "../widget/scene";
import { kit } from "./kit";

export function Details({ scene }: { scene: Scene }) {
  const { state, words, acts } = scene;
  const { chat } = state;
  const close = () => acts.show("none");
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    const { value } = (event.currentTarget as HTMLFormElement).querySelector("input")!;
    if (value.trim()) acts.ask("rename", { name: value.trim() });
  };
  const copy = async (event: MouseEvent) => {
    const told = (event.currentTarget as Element).closest(".details")!.querySelector("[role=status]")!;
    await navigator.clipboard.writeText(transcriptText(scene));
    told.textContent = words.copied;
  };
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([transcriptText(scene)], { type: "text/plain" }));
    link.download = `chat-${chat!.id}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  if (!chat) return null;
  return (
    <>
      <div class="veil dim" onClick={close} />
      <div ref={kit.takeFocus} class="question details" role="dialog" aria-labelledby="details" tabIndex={-1}>
        <h3 id="details" class="question-title">
          {words.chatDetails}
        </h3>
        <form class="rename" onSubmit={rename}>
          <input class="field" dir="auto" maxLength={100} placeholder={words.namePlaceholder} aria-label={words.namePlaceholder} value={chat.name ?? ""} />
          <button type="submit" class="button">
            {words.save}
          </button>
        </form>
        <h4 class="file-note">{words.participants}</h4>
        <ul class="people">
          {chat.participants
            .filter(({ left }) => !left)
            .map(({ id, name }) => (
              <li key={id}>
                <kit.PersonPortrait name={name} />
                <bdi>{name}</bdi>
              </li>
            ))}
        </ul>
        <p class="file-note" role="status" />
        <div class="question-answers">
          <button type="button" class="button" onClick={copy}>
            {words.copyTranscript}
          </button>
          <button type="button" class="button" onClick={download}>
            {words.download}
          </button>
          <button type="button" class="button primary" onClick={close}>
            {words.close}
          </button>
        </div>
      </div>
    </>
  );
}

/** A line for every message, with its day, time and sender. */
function transcriptText({ state, profile, words, language }: Scene): string {
  return kit.passagesFromState(state)
    .flatMap((passage) => {
      if (passage.kind !== "group") return [];
      const name = passage.own ? (state.chat?.visitor.name ?? words.you) : kit.nameFrom(passage.who, state.chat, profile);
      return passage.messages.map(({ at, text, data }) => {
        const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(at);
        return `${day} ${kit.timeText(at, language)}  ${name}: ${[text, kit.namesOfFiles(data)].filter(Boolean).join(" ")}`;
      });
    })
    .join("\n");
}
