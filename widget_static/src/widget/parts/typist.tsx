/** Somebody is writing: a message of its own, in the place where the text will stand. */
import type { Typing } from "../state";
import type { Scene } from "../scene";
import { nameFrom } from "../view";
import { fill } from "../words";
import { Portrait } from "./portrait";

export function Typist({ typing, scene }: { typing: Typing; scene: Scene }) {
  const { state, profile, words } = scene;
  const name = nameFrom(typing.who, state.chat, profile);
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
      <Portrait name={typing.who.side === "agent" && name} scene={scene} />
    </div>
  );
}
