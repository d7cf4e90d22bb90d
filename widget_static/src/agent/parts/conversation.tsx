/** One chat: what was said, and below it what the agent can do now. */
import type { Passage } from "../../shared/passages";
import { dayText } from "../../shared/time";
import { goToEnd, keepPlace, look } from "../../widget/list_end";
import { Composer } from "../../widget/parts/composer";
import { Icon } from "../../widget/parts/icon";
import { PersonPortrait } from "../../widget/parts/portrait";
import { fill } from "../../widget/words";
import type { AgentScene } from "../scene";
import { footingFrom, nameOf, passagesOf } from "../view";
import { Answers } from "./answers";
import { ComposerTools } from "./composer_tools";
import { Fact } from "./fact";
import { Group } from "./group";
import { GuardCard } from "./guard_card";

export function Conversation({ scene }: { scene: AgentScene }) {
  const { known, chat, state, words, desk } = scene;
  const followed = known!.chats.get(chat!);
  const passages = passagesOf(state.transcript, known!.me.id);
  const lastOwn = passages.findLast((passage) => passage.kind === "group" && passage.own);
  const leaveForEnd = (event: MouseEvent) => {
    const list = (event.currentTarget as HTMLElement).previousElementSibling as HTMLElement;
    goToEnd(list);
    list.focus();
  };
  return (
    <>
      <div class="messages-frame">
        <div
          ref={(list) => void (list && keepPlace(list, state))}
          class="messages"
          role="log"
          aria-live="polite"
          aria-relevant="additions"
          aria-labelledby="title"
          tabIndex={0}
          onScroll={(event) => {
            look(event.currentTarget);
            scene.agent.sawEnd();
          }}
        >
          {state.transcript.more && (
            <button type="button" class="older" disabled={followed?.isLoadingOlder} onClick={() => desk.history.loadOlder(chat!)}>
              {words.loadOld}
            </button>
          )}
          {passages.map((passage) => drawPassage(passage, passage === lastOwn, scene))}
          {(known!.typing.get(chat!) ?? []).map(({ id, side, name }) => (
            <Typist key={`t${id}`} name={nameOf({ id, side, name }, state.chat)} words={words} />
          ))}
        </div>
        <button type="button" class="to-end" aria-label={words.toEnd} onClick={leaveForEnd}>
          <Icon name="down" />
        </button>
      </div>
      <Foot scene={scene} />
    </>
  );
}

function drawPassage(passage: Passage, isLastOwn: boolean, scene: AgentScene) {
  switch (passage.kind) {
    case "day":
      return (
        <h3 key={passage.key} class="day">
          {dayText(passage.at, Date.now(), scene.language)}
        </h3>
      );
    case "fact":
      return <Fact key={passage.key} event={passage.event} scene={scene} />;
    case "group":
      return <Group key={passage.key} group={passage} isLastOwn={isLastOwn} scene={scene} />;
  }
}

function Typist({ name, words }: { name: string; words: AgentScene["words"] }) {
  return (
    <div class="group other typist">
      <span class="unseen">{fill(words.isTyping, name)}</span>
      <div class="row" aria-hidden="true">
        <div class="message">
          <i />
          <i />
          <i />
        </div>
      </div>
      <PersonPortrait name={name} />
    </div>
  );
}

function Foot({ scene }: { scene: AgentScene }) {
  const { known, chat, words, state } = scene;
  const row = known!.inbox.rows.get(chat!);
  switch (footingFrom(known!, chat!)) {
    case "none":
      return null;
    case "request":
      return row ? <div class="chat-foot"><Answers row={row} scene={scene} /></div> : null;
    case "ended":
      return <p class="chat-foot sentence">{words.ended}</p>;
    case "taken":
      return <p class="chat-foot sentence">{fill(words.takenBy, row?.holder?.name ?? nameOf({ id: state.chat?.holder ?? null, side: "agent" }, state.chat))}</p>;
    case "talking":
      return (
        <>
          {row?.offer && <p class="chat-offer" role="status">{fill(words.invited, row.offer.to?.name ?? row.offer.team?.name ?? "")}</p>}
          <GuardCard scene={scene} />
          <Composer scene={scene} />
          <ComposerTools scene={scene} />
        </>
      );
  }
}
