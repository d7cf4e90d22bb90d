/** Who is being talked with, the way back, and what can be done with the chat. */
import { timeText } from "../../shared/time";
import { Icon } from "../../widget/parts/icon";
import { PersonPortrait } from "../../widget/parts/portrait";
import { takeFocus } from "../../widget/focus";
import type { AgentScene } from "../scene";
import { footingFrom, titleOf } from "../view";
import { AgentIcon } from "./icon";

const STEPS: Readonly<Record<string, "nextElementSibling" | "previousElementSibling">> = {
  ["ArrowDown"]: "nextElementSibling",
  ["ArrowUp"]: "previousElementSibling",
};

export function ChatHeader({ scene }: { scene: AgentScene }) {
  const { words, known, chat, ui, agent, state } = scene;
  const title = titleOf(known!, chat!);
  const visitor = state.chat?.visitor.name ?? known!.inbox.rows.get(chat!)?.visitor.name ?? title;
  const isMenuShown = ui.layer === "menu";
  if (!scene.hasHeader) {
    return (
      <>
        <h2 id="title" class="unseen">
          {title}
        </h2>
        {isMenuShown && <ChatMenu scene={scene} />}
      </>
    );
  }
  return (
    <header class="header">
      <button type="button" class="tool back-button" aria-label={words.back} onClick={agent.closeChat}>
        <AgentIcon name="back" />
      </button>
      <PersonPortrait name={visitor} />
      <div class="who">
        <h2 id="title" class="title">
          {state.chat?.icon && <span class="chat-icon">{state.chat.icon}</span>}
          <bdi>{title}</bdi>
        </h2>
        <p class="subtitle">{subtitleFrom(scene)}</p>
      </div>
      <button
        type="button"
        class="tool menu-button"
        aria-label={words.more}
        aria-haspopup="menu"
        aria-expanded={isMenuShown}
        onClick={() => agent.show(isMenuShown ? "none" : "menu")}
      >
        <Icon name="more" />
      </button>
      <button type="button" class="tool" aria-label={words.close} onClick={scene.close}>
        <Icon name="down" />
        <Icon name="close" />
      </button>
      {isMenuShown && <ChatMenu scene={scene} />}
    </header>
  );
}

/** State, entrance and ticket, as far as they are known. */
function subtitleFrom({ state, known, chat, words, language }: AgentScene): string {
  const header = state.chat;
  const row = known!.inbox.rows.get(chat!);
  const parts = [header?.name ? header.visitor.name : ""];
  if (header?.state === "ended") parts.push(header.ended_at ? `${words.ended} · ${timeText(header.ended_at, language)}` : words.ended);
  else if (header?.state === "active" && header.holder !== null && header.holder !== known!.me.id) {
    parts.push(row?.holder?.name ?? "");
  }
  parts.push((header ?? row)?.profile.name ?? "");
  if (header?.ticket) parts.push(`${words.ticket} ${header.ticket}`);
  return parts.filter(Boolean).join(" · ");
}

function ChatMenu({ scene }: { scene: AgentScene }) {
  const { words, known, chat, agent, fullScreen, hasHeader } = scene;
  const isTalking = footingFrom(known!, chat!) === "talking";
  const choose = (act: () => void) => () => {
    agent.show("none");
    act();
  };
  const step = (event: KeyboardEvent) => {
    const way = STEPS[event.key];
    if (!way) return;
    event.preventDefault();
    ((event.target as Element)[way] as HTMLElement | null)?.focus();
  };
  return (
    <>
      <div class="veil" onClick={() => agent.show("none")} />
      <div ref={focusFirst} class="menu" role="menu" aria-label={words.more} onKeyDown={step}>
        {!hasHeader && (
          <button type="button" role="menuitem" class="menu-row" onClick={choose(agent.closeChat)}>
            <AgentIcon name="back" />
            {words.back}
          </button>
        )}
        {fullScreen && (
          <button type="button" role="menuitem" class="menu-row" onClick={choose(fullScreen.toggle)}>
            <Icon name={fullScreen.isOn ? "shrink" : "grow"} />
            {fullScreen.isOn ? words.exitFullScreen : words.fullScreen}
          </button>
        )}
        <button type="button" role="menuitem" class="menu-row" onClick={() => agent.show("details")}>
          <Icon name="pen" />
          {words.chatDetails}
        </button>
        {isTalking && (
          <button type="button" role="menuitem" class="menu-row bad" onClick={() => agent.show("end")}>
            <Icon name="check" />
            {words.endChat}
          </button>
        )}
      </div>
    </>
  );
}

function focusFirst(menu: HTMLElement | null): void {
  takeFocus(menu?.querySelector("button") ?? null);
}
