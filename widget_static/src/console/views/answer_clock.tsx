/** In the conversation's header: how long the visitor may still wait, where the profile says so. */
import type { Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { limitOf, urgencyFrom } from "../state/waiting";
import { clockText } from "../times";
import { useHubNow } from "./use_desk";

export function AnswerClock({ desk, row }: { desk: Desk; row: Row }) {
  const now = useHubNow(desk, 1000);
  const limitMs = limitOf(row);
  if (limitMs === null || row.wait === null) return null;
  const waitedMs = now - row.wait.since;
  const urgency = urgencyFrom(waitedMs, limitMs);
  return (
    <>
      <span class="answer-clock" data-urgency={urgency}>
        {urgency === "overdue"
          ? `Overdue by ${clockText(waitedMs - limitMs)}`
          : `Answer due in ${clockText(limitMs - waitedMs)}`}
      </span>
      {" · "}
    </>
  );
}
