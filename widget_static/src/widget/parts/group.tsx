/** Messages of one sender that belong together: one portrait, one line of time or state, both at the foot. */
import type { Group as GroupPassage } from "../../shared/passages";
import { timeText } from "../../shared/time";
import type { Scene } from "../scene";
import { nameFrom, standingFrom } from "../view";
import { Files } from "./files";
import { Results } from "./results";
import { Linked } from "./linked";
import { OwnFoot } from "./own_foot";
import { Portrait } from "./portrait";

export function Group({
  group,
  isLastOwn,
  scene,
}: {
  group: GroupPassage;
  isLastOwn: boolean;
  scene: Scene;
}) {
  const { state, profile, words } = scene;
  const name = group.own ? words.you : nameFrom(group.who, state.chat, profile);
  return (
    <div class={`group ${group.own ? "own" : "other"}`}>
      <span class="unseen">{name}</span>
      {group.messages.map((message) => (
        <div key={message.key} class={`row ${message.pending?.state === "sending" ? "fresh" : ""}`}>
          {message.data.attachments && <Files scene={scene} of={message.data.attachments} seq={message.seq} />}
          {(message.text || message.data.unsafe) && (
            <div class="message" dir="auto" title={timeText(message.at, scene.language)}>
              {message.data.unsafe ? words.dangerousMessage : <Linked text={message.text} />}
            </div>
          )}
          {(message.data.kb_results ?? message.data.service_results) && (
            <Results scene={scene} of={message.data} />
          )}
        </div>
      ))}
      {!group.own && <Portrait name={group.who?.side === "agent" && name} scene={scene} />}
      <Foot group={group} isLastOwn={isLastOwn} scene={scene} />
    </div>
  );
}

function Foot({
  group: { messages, own },
  isLastOwn,
  scene,
}: {
  group: GroupPassage;
  isLastOwn: boolean;
  scene: Scene;
}) {
  const { state, words, language, acts } = scene;
  const message = messages.at(-1)!;
  if (!own) {
    return (
      <p class="foot">
        {timeText(message.at, language)}
        {messages.some(({ isEdited }) => isEdited) && ` · ${words.edited}`}
      </p>
    );
  }
  return (
    <OwnFoot
      standing={standingFrom(message, isLastOwn, state, words, language)}
      words={words}
      retry={() => acts.retry()}
      edit={() => acts.edit(message.key)}
    />
  );
}
