/** What can be done about a chat that is asked for: take it, or say no to an offer. */
import type { Row } from "../../shared/frames";
import { fill } from "../../widget/words";
import type { AgentScene } from "../scene";
import { findOffer } from "../view";

export function Answers({ row, scene }: { row: Row; scene: AgentScene }) {
  const { known, desk, words, agent } = scene;
  const offer = findOffer(row, known!);
  const isUnderWay = known!.underWay.has(row.chat);
  const accept = () => {
    desk.accept(row.chat);
    agent.openChat(row.chat);
  };
  return (
    <div class="answers">
      {offer && <p class="answers-why">{whyOf(row, scene)}</p>}
      {known!.notices.get(row.chat) && (
        <p class="answers-why bad" role="status">
          {known!.notices.get(row.chat)}
        </p>
      )}
      <button type="button" class="button primary" aria-label={`${words.accept}: ${row.visitor.name}`} disabled={isUnderWay} onClick={accept}>
        {words.accept}
      </button>
      {/* What is held out to a team nobody declines. */}
      {offer?.to && (
        <button
          type="button"
          class="button"
          aria-label={`${words.decline}: ${row.visitor.name}`}
          disabled={isUnderWay}
          onClick={() => desk.act({ op: "decline", args: { chat: row.chat } })}
        >
          {words.decline}
        </button>
      )}
    </div>
  );
}

function whyOf({ offer }: Row, { words }: AgentScene): string {
  const name = offer?.sender?.name ?? "";
  const why = offer?.kind === "transfer" ? fill(words.handsOver, name) : offer?.kind === "invite" ? fill(words.invitesYou, name) : words.offersIt;
  return offer?.note ? `${why}: ${offer.note}` : why;
}
