/** Colleagues who are here, to be asked into the chat. */
import { PersonPortrait } from "../../widget/parts/portrait";
import type { AgentScene } from "../scene";
import { Panel } from "./panel";

export function Colleagues({ scene }: { scene: AgentScene }) {
  const { ui, words, desk, chat, agent, state } = scene;
  const taking = new Set(state.chat?.participants.filter(({ left }) => !left).map(({ id }) => id));
  const found = ui.colleagues?.filter(({ id }) => !taking.has(id));
  const invite = (id: number) => {
    desk.act({ op: "invite", args: { chat: chat!, agent: id } });
    agent.show("details");
  };
  return (
    <Panel name="colleagues" title={`${words.participants}: ${words.add}`} scene={scene}>
      <ul class="picks">
        {found?.map(({ id, name, status, reason }) => (
          <li key={id}>
            <button type="button" class="choice-line choice-person" onClick={() => invite(id)}>
              <PersonPortrait name={name} isPresent={status === "available"} />
              <span>
                <b>
                  <bdi>{name}</bdi>
                </b>
                <span>{status === "available" ? words.available : (reason ?? words.away)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found?.length === 0 && (
        <p class="sentence" role="status">
          {words.noColleagues}
        </p>
      )}
    </Panel>
  );
}
