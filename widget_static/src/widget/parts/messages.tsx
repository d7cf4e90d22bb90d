/**
 * The conversation. Its end stays in view while the reader is there; a reader who scrolled up stays where he
 * is.
 */
import { Component, createRef } from "preact";
import { dayText } from "../../shared/time";
import type { Passage } from "../../shared/passages";
import type { Scene } from "../scene";
import { findQuestion, isWaiting, passagesFromState } from "../view";
import { Extra } from "./extra";
import { Fact } from "./fact";
import { Group } from "./group";
import { Icon } from "./icon";
import { Typist } from "./typist";

// Close enough to the end to count as there.
const END_PX = 48;

interface Props {
  scene: Scene;
}

export class Messages extends Component<Props, { isAtEnd: boolean }> {
  override state = { isAtEnd: true };
  readonly #list = createRef<HTMLDivElement>();
  #topPx = 0;
  // The list gets smaller when the composer grows or a keyboard comes up.
  readonly #sizes = new ResizeObserver(() => this.state.isAtEnd && this.#goToEnd());

  override componentDidMount() {
    this.#sizes.observe(this.#list.current!);
    this.#goToEnd();
  }

  override componentWillUnmount() {
    this.#sizes.disconnect();
  }

  override getSnapshotBeforeUpdate() {
    return this.#list.current!.scrollHeight;
  }

  override componentDidUpdate({ scene }: Props, _: unknown, heightBefore: number) {
    const { transcript } = this.props.scene.state;
    const before = scene.state.transcript;
    const list = this.#list.current!;
    const isOlderAbove = (transcript.events[0]?.seq ?? 0) < (before.events[0]?.seq ?? 0);
    const hasSaid = transcript.pending.length > before.pending.length;
    if (this.state.isAtEnd || hasSaid) this.#goToEnd();
    else if (isOlderAbove) list.scrollTop += list.scrollHeight - heightBefore;
  }

  override render({ scene }: Props) {
    const { state, words, acts } = scene;
    const passages = passagesFromState(state);
    const question = findQuestion(state);
    const lastOwn = passages.findLast((passage) => passage.kind === "group" && passage.own);
    return (
      <div class="messages-frame">
        <div
          ref={this.#list}
          class="messages"
          role="log"
          aria-live="polite"
          aria-relevant="additions"
          aria-labelledby="title"
          tabIndex={0}
          onScroll={() => this.#look()}
        >
          {state.transcript.more && (
            <button type="button" class="older" onClick={() => acts.loadOlder()}>
              {words.loadOld}
            </button>
          )}
          {passages.map((passage) => drawPassage(passage, passage === lastOwn, scene))}
          {state.typing.map((typing) => (
            <Typist key={`t${typing.who.id}`} typing={typing} scene={scene} />
          ))}
          {isWaiting(state) && <Extra name="Waiting" scene={scene} />}
          {scene.phase === "talking" && question && <Extra key={question.next_input_id} name="Input" scene={scene} of={question} />}
          {state.stillThereUntil > 0 && <Extra name="StillThere" scene={scene} />}
        </div>
        {!this.state.isAtEnd && (
          <button type="button" class="to-end" aria-label={words.toEnd} onClick={() => this.#leaveForEnd()}>
            <Icon name="down" />
          </button>
        )}
      </div>
    );
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list.current!;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
    // Only the reader scrolls up. Where the end has moved away below, the list goes after it.
    if (!isAtEnd && this.state.isAtEnd && scrollTop >= this.#topPx) return this.#goToEnd();
    this.#topPx = scrollTop;
    this.#setAtEnd(isAtEnd);
  }

  #goToEnd() {
    const list = this.#list.current!;
    list.scrollTop = list.scrollHeight;
    this.#topPx = list.scrollTop;
    this.#setAtEnd(true);
  }

  /** The button goes when the end is there. */
  #leaveForEnd() {
    this.#goToEnd();
    this.#list.current!.focus();
  }

  #setAtEnd(isAtEnd: boolean) {
    if (isAtEnd !== this.state.isAtEnd) this.setState({ isAtEnd });
  }
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
