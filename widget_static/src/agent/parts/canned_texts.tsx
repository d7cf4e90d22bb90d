/** Canned texts to begin a reply with: looked for by name or words, filled with what is known of the chat. */
import { fillVariables, variablesFrom } from "../../console/text/canned";
import type { AgentScene } from "../scene";
import { Panel } from "./panel";

export function CannedTexts({ scene }: { scene: AgentScene }) {
  const { known, words, ui, agent, state } = scene;
  const wanted = ui.search.trim().toLocaleLowerCase();
  const fitting = known!.canned.filter(({ name, text }) => `${name}\n${text}`.toLocaleLowerCase().includes(wanted));
  const choose = (text: string) => {
    const filled = state.chat ? fillVariables(text, variablesFrom(state.chat, known!.me)).text : text;
    agent.insert(filled);
  };
  return (
    <Panel name="canned" title={words.sendCanned} scene={scene}>
      <input
        class="field"
        type="search"
        dir="auto"
        placeholder={words.search}
        aria-label={words.search}
        value={ui.search}
        onInput={(event) => agent.search(event.currentTarget.value)}
      />
      <ul class="picks" aria-label={words.sendCanned}>
        {fitting.map(({ id, name, text }) => (
          <li key={id}>
            <button type="button" class="choice-line" onClick={() => choose(text)}>
              <b dir="auto">{name}</b>
              <span dir="auto">{text}</span>
            </button>
          </li>
        ))}
      </ul>
      {fitting.length === 0 && (
        <p class="sentence" role="status">
          {words.noCanned}
        </p>
      )}
    </Panel>
  );
}
