/** Nobody is there to answer, and no chat is open that could go on: says when that changes, if it is known. */
import { comingDayText, timeText } from "../../shared/time";
import type { Scene } from "../scene";
import { OfflineForm } from "./forms";
import { fill } from "../words";

/** Keeps its own direction within a sentence of another one. */
const isolated = (text: string) => `\u2068${text}\u2069`;

export function Unavailable({ scene }: { scene: Scene }) {
  const { state, words, language, profile } = scene;
  const { opensAt } = state;
  const hasForm = profile._offline_form;
  return (
    <div class="screen" role="status">
      <p class="greeting">{words.unavailableTitle}</p>
      <p class="sentence">
        {opensAt
          ? fill(
              words.backAt,
              isolated(comingDayText(opensAt, Date.now(), language)),
              isolated(timeText(opensAt, language)),
            )
          : !hasForm && words.unavailableExplained}
      </p>
      {hasForm && <OfflineForm scene={scene} />}
    </div>
  );
}
