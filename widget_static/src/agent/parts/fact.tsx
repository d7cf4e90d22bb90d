/** Something that happened in the chat, said in one quiet line. */
import type { EventFrame } from "../../shared/frames";
import { timeText } from "../../shared/time";
import { fill } from "../../widget/words";
import type { AgentScene } from "../scene";
import { nameOf } from "../view";

export function Fact({ event, scene }: { event: EventFrame; scene: AgentScene }) {
  return (
    <p class="fact">
      <bdi>{sentenceFrom(event, scene)}</bdi> · {timeText(event.at, scene.language)}
    </p>
  );
}

function sentenceFrom({ kind, who, data }: EventFrame, { known, state, words }: AgentScene): string {
  const name = String(data?.["name"] ?? "") || nameOf(who, state.chat);
  if (kind === "agent_joined") return fill(words.joined, name);
  if (kind === "agent_left") return fill(words.left, name);
  if (data?.["reason"] === "idle") return words.endedIdle;
  return who.side === "agent" && who.id === known!.me.id ? words.endedByYou : fill(words.endedByOther, name);
}
