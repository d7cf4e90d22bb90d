/** What the chat can do, behind the three dots. */
import type { Scene } from "../scene";
import { Icon } from "./icon";
import { takeFocus } from "../focus";
import { canEnd } from "../view";

const STEPS: Readonly<Record<string, "nextElementSibling" | "previousElementSibling">> = {
  ["ArrowDown"]: "nextElementSibling",
  ["ArrowUp"]: "previousElementSibling",
};

export function Menu({ scene }: { scene: Scene }) {
  const { state, words, acts, fullScreen } = scene;
  const step = (event: KeyboardEvent) => {
    const way = STEPS[event.key];
    if (!way) return;
    event.preventDefault();
    ((event.target as Element)[way] as HTMLElement | null)?.focus();
  };
  return (
    <>
      <div class="veil" onClick={() => acts.show("none")} />
      <div ref={focusFirst} class="menu" role="menu" aria-label={words.more} onKeyDown={step}>
        {fullScreen && (
          <button
           
            role="menuitem"
            class="menu-row"
            onClick={() => {
              acts.show("none");
              fullScreen.toggle();
            }}
          >
            <Icon name={fullScreen.isOn ? "shrink" : "grow"} />
            {fullScreen.isOn ? words.exitFullScreen : words.fullScreen}
          </button>
        )}
        {state.chat && (
          <button role="menuitem" class="menu-row" onClick={() => acts.show("details")}>
            <Icon name="pen" />
            {words.chatDetails}
          </button>
        )}
        {canEnd(state) && (
          <button role="menuitem" class="menu-row bad" onClick={() => acts.show("end")}>
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
