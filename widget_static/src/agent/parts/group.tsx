/** Messages of one sender that belong together: one portrait, one line of time or state, both at the foot. */
import type { Group as GroupPassage } from "../../shared/passages";
import { timeText } from "../../shared/time";
import { Files } from "../../widget/parts/files";
import { Linked } from "../../widget/parts/linked";
import { OwnFoot } from "../../widget/parts/own_foot";
import { PersonPortrait } from "../../widget/parts/portrait";
import { Results } from "../../widget/parts/results";
import type { AgentScene } from "../scene";
import { nameOf, standingFrom } from "../view";

export function Group({ group, isLastOwn, scene }: { group: GroupPassage; isLastOwn: boolean; scene: AgentScene }) {
  const { state, words, language } = scene;
  const name = group.own ? words.you : nameOf(group.who, state.chat);
  return (
    <div class={`group ${group.own ? "own" : "other"}`}>
      <span class="unseen">{name}</span>
      {group.messages.map((message) => (
        <div key={message.key} class={`row ${message.pending?.state === "sending" ? "fresh" : ""}`}>
          {message.data.attachments && <Files scene={scene} of={message.data.attachments} seq={message.seq} />}
          {(message.text || message.data.unsafe) && (
            <div class="message" dir="auto" title={timeText(message.at, language)}>
              {message.data.unsafe ? words.dangerousMessage : <Linked text={message.text} />}
            </div>
          )}
          {(message.data.kb_results ?? message.data.service_results) && <Results scene={scene} of={message.data} />}
        </div>
      ))}
      {!group.own && <PersonPortrait name={name} />}
      <Foot group={group} isLastOwn={isLastOwn} scene={scene} />
    </div>
  );
}

function Foot({ group: { messages, own, who }, isLastOwn, scene }: { group: GroupPassage; isLastOwn: boolean; scene: AgentScene }) {
  const { known, state, words, language, desk } = scene;
  const message = messages.at(-1)!;
  if (!own) {
    return (
      <p class="foot">
        {who?.side !== "visitor" && <bdi>{nameOf(who, state.chat)}</bdi>}
        {timeText(message.at, language)}
        {messages.some(({ isEdited }) => isEdited) && ` · ${words.edited}`}
      </p>
    );
  }
  return <OwnFoot standing={standingFrom(message, isLastOwn, known!, state.chat, words, language)} words={words} retry={() => desk.retry()} />;
}
