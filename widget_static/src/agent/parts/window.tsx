/** The agents' window: the list of chats, or one of them. */
import { loopFocus } from "../../widget/focus";
import { EndQuestion } from "../../widget/parts/end_question";
import { Strip } from "../../widget/parts/strip";
import type { AgentScene } from "../scene";
import { CannedTexts } from "./canned_texts";
import { ChatHeader } from "./chat_header";
import { Colleagues } from "./colleagues";
import { Conversation } from "./conversation";
import { Details } from "./details";
import { ListHeader } from "./list_header";
import { List } from "./list";
import { Unknown } from "./unknown";

/** `dir` and `lang` are those of the page. */
export function AgentWindow({ scene, dir, lang }: { scene: AgentScene; dir: string; lang: string }) {
  const { ui, known, chat, agent, isFullScreen, words } = scene;
  const press = (event: KeyboardEvent) => {
    if (event.key === "Tab" && isFullScreen) loopFocus(event);
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (ui.layer !== "none") agent.show("none");
    else if (chat !== null) agent.closeChat();
    else scene.close();
  };
  const isTalking = known !== null && chat !== null;
  return (
    <section
      class={`window agents ${ui.isOpen ? "open" : ""}`}
      dir={dir as "ltr"}
      lang={lang || undefined}
      role="dialog"
      aria-labelledby="title"
      aria-modal={isFullScreen}
      inert={!ui.isOpen}
      tabIndex={-1}
      onKeyDown={press}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (isTalking) scene.bring(event.dataTransfer?.files);
      }}
    >
      {isTalking ? <ChatHeader scene={scene} /> : scene.hasHeader ? <ListHeader scene={scene} /> : <h2 id="title" class="unseen">{words.liveChatName}</h2>}
      {known && <Strip scene={scene} />}
      {!known ? <Unknown scene={scene} /> : isTalking ? <Conversation key={`c${chat}`} scene={scene} /> : <List scene={scene} />}
      {isTalking && ui.layer === "end" && <EndQuestion scene={scene} />}
      {isTalking && ui.layer === "details" && <Details scene={scene} />}
      {isTalking && ui.layer === "canned" && <CannedTexts scene={scene} />}
      {isTalking && ui.layer === "colleagues" && <Colleagues scene={scene} />}
    </section>
  );
}
