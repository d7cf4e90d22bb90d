/** What the chat is called, its icon and ticket, who takes part, and what was said, to take along. */
import type { Participant } from "../../shared/frames";
import { CopyButton } from "../../widget/parts/copy_button";
import { Icon } from "../../widget/parts/icon";
import { PersonPortrait } from "../../widget/parts/portrait";
import { fill } from "../../widget/words";
import type { AgentScene } from "../scene";
import { footingFrom } from "../view";
import { Panel } from "./panel";

const ICONS = [..."⭐🔥❗❓🚲🔧📦💶🎁🏠📞🐞💡✅👀"];

export function Details({ scene }: { scene: AgentScene }) {
  const { state, words, desk, chat, known, agent } = scene;
  const header = state.chat;
  if (!header) return null;
  const isTalking = footingFrom(known!, chat!) === "talking";
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    const { value } = (event.currentTarget as HTMLFormElement).querySelector("input")!;
    if (value.trim()) desk.details.rename(chat!, value.trim());
  };
  const offer = known!.inbox.rows.get(chat!)?.offer;
  return (
    <Panel name="details" title={words.chatDetails} scene={scene}>
      <form class="rename" onSubmit={rename}>
        <input class="field" dir="auto" maxLength={100} placeholder={words.namePlaceholder} aria-label={words.namePlaceholder} value={header.name ?? ""} />
        <button type="submit" class="button">
          {words.save}
        </button>
      </form>
      {header.ticket && (
        <p class="panel-line">
          {words.ticket} {header.ticket}
        </p>
      )}
      <div class="panel-part">
        <h4 id="icons" class="file-note">
          {words.changeIcon}
        </h4>
        <div class="icons" role="group" aria-labelledby="icons">
          <button type="button" aria-pressed={!header.icon} aria-label={words.noIcon} onClick={() => desk.details.chooseIcon(chat!, null)}>
            <Icon name="close" />
          </button>
          {ICONS.map((icon) => (
            <button key={icon} type="button" aria-pressed={header.icon === icon} onClick={() => desk.details.chooseIcon(chat!, icon)}>
              {icon}
            </button>
          ))}
        </div>
      </div>
      <div class="panel-part">
        <div class="panel-head">
          <h4 class="file-note">{words.participants}</h4>
          {isTalking && (
            <button type="button" class="agent-tool" onClick={() => agent.show("colleagues")}>
              {words.add}
            </button>
          )}
        </div>
        <ul class="people">
          {header.participants
            .filter(({ left }) => !left)
            .map((person) => (
              <Person key={person.id} person={person} scene={scene} />
            ))}
          {offer && isTalking && (
            <li>
              <PersonPortrait name={offer.to?.name ?? offer.team?.name ?? ""} />
              <span class="person-name">{fill(words.invited, offer.to?.name ?? offer.team?.name ?? "")}</span>
              {offer.sender?.id === known!.me.id && (
                <button type="button" class="agent-tool" onClick={() => desk.act({ op: "decline", args: { chat: chat! } })}>
                  {words.remove}
                </button>
              )}
            </li>
          )}
        </ul>
      </div>
      {state.refusal && (
        <p class="wrong" role="status">
          {state.refusal}
        </p>
      )}
      <div class="question-answers">
        <CopyButton scene={scene} />
      </div>
    </Panel>
  );
}

function Person({ person: { id, name, side }, scene }: { person: Participant; scene: AgentScene }) {
  const { words, known, state, desk, chat } = scene;
  const me = known!.me.id;
  const isRemovable = side === "agent" && id !== me && state.chat?.holder === me && state.chat.state === "active";
  return (
    <li>
      <PersonPortrait name={name} />
      <bdi class="person-name">{id === me ? words.you : name}</bdi>
      {isRemovable && (
        <button type="button" class="agent-tool" aria-label={`${words.remove}: ${name}`} onClick={() => desk.details.removeAgent(chat!, id)}>
          {words.remove}
        </button>
      )}
    </li>
  );
}
