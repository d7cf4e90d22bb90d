/** The conversation, with a way to its end for readers who have scrolled up. */
import { dayText } from "../../shared/time";
import type { Passage } from "../../shared/passages";
import { goToEnd, keepPlace, look } from "../list_end";
import type { Scene } from "../scene";
import { findQuestion, isWaiting, passagesFromState } from "../view";
import { Input } from "./input";
import { StillThere } from "./still_there";
import { Waiting } from "./waiting";
import { Fact } from "./fact";
import { Group } from "./group";
import { Icon } from "./icon";
import { Typist } from "./typist";

export function Messages({ scene }: { scene: Scene }) {
  const { state, words, acts } = scene;
  const passages = passagesFromState(state);
  const question = findQuestion(state);
  const lastOwn = passages.findLast((passage) => passage.kind === "group" && passage.own);
  const leaveForEnd = (event: MouseEvent) => {
    const list = (event.currentTarget as HTMLElement).previousElementSibling as HTMLElement;
    goToEnd(list);
    // The button goes when the end is there.
    list.focus();
  };
  return (
    <div class="messages-frame">
      <div
        ref={(list) => void (list && keepPlace(list, state))}
        class="messages"
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-labelledby="title"
        tabIndex={0}
        onScroll={(event) => look(event.currentTarget)}
      >
        {state.transcript.more && (
          <button class="older" onClick={() => acts.loadOlder()}>
            {words.loadOld}
          </button>
        )}
        {passages.map((passage) => drawPassage(passage, passage === lastOwn, scene))}
        {state.typing.map((typing) => (
          <Typist key={`t${typing.who.id}`} typing={typing} scene={scene} />
        ))}
        {isWaiting(state) && <Waiting scene={scene} />}
        {scene.phase === "talking" && question && <Input key={question.next_input_id} scene={scene} of={question} />}
        {state.stillThereUntil > 0 && <StillThere scene={scene} />}
      </div>
      <button class="to-end" aria-label={words.toEnd} onClick={leaveForEnd}>
        <Icon name="down" />
      </button>
    </div>
  );
}

function drawPassage(passage: Passage, isLastOwn: boolean, scene: Scene) {
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
