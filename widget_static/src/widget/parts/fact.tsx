/** Something that happened in the chat, said in one quiet line. */
import type { EventFrame } from "../../shared/frames";
import { timeText } from "../../shared/time";
import type { Scene } from "../scene";
import { nameFrom } from "../view";
import { fill } from "../words";

export function Fact({ event, scene }: { event: EventFrame; scene: Scene }) {
  return (
    <p class="fact">
      <bdi>{sentenceFrom(event, scene)}</bdi> · {timeText(event.at, scene.language)}
    </p>
  );
}

function sentenceFrom({ kind, who, data }: EventFrame, { state, profile, words }: Scene): string {
  const name = String(data?.["name"] ?? "") || nameFrom(who, state.chat, profile);
  if (kind === "agent_joined") return fill(words.joined, name);
  if (kind === "agent_left") return fill(words.left, name);
  if (data?.["reason"] === "idle") return words.endedIdle;
  return who.side === "visitor" ? words.endedByYou : fill(words.endedByOther, name);
}
