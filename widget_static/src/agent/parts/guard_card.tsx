/** A reply the hub held back because a colleague had written meanwhile: what they wrote, and three ways out. */
import type { AgentScene } from "../scene";
import { nameOf } from "../view";
import { fill } from "../../widget/words";

export function GuardCard({ scene }: { scene: AgentScene }) {
  const { known, chat, desk, words, state } = scene;
  const guard = known!.guards.get(chat!);
  if (!guard) return null;
  const [first] = guard.answers;
  return (
    <div class="guard" role="alert">
      <p class="question-title">{fill(words.meanwhile, nameOf(first?.who ?? null, state.chat))}</p>
      {guard.answers.map(({ seq, text }) => (
        <p key={seq} class="guard-words" dir="auto">
          {text}
        </p>
      ))}
      <div class="guard-ways">
        <button type="button" class="button primary" onClick={() => desk.settleGuard(chat!, "send")}>
          {words.sendAnyway}
        </button>
        <button type="button" class="button" onClick={() => desk.settleGuard(chat!, "edit")}>
          {words.edit}
        </button>
        <button type="button" class="button" onClick={() => desk.settleGuard(chat!, "discard")}>
          {words.discard}
        </button>
      </div>
    </div>
  );
}
