/** Why no new chats are taken: for colleagues to see, or so that they see nothing at all. */
import type { Desk } from "../desk/desk";
import type { Readiness } from "../state/state";

const CHOICES: readonly (Readiness & { label: string })[] = [
  { status: "away", reason: null, label: "Away" },
  { status: "away", reason: "Lunch", label: "Lunch" },
  { status: "away", reason: "Meeting", label: "Meeting" },
  { status: "away", reason: "Wrapping up", label: "Wrapping up" },
  { status: "invisible", reason: null, label: "Invisible" },
];

export function AwayMenu({ desk, readiness }: { desk: Desk; readiness: Readiness }) {
  const isChosen = (one: Readiness) => one.status === readiness.status && one.reason === readiness.reason;
  // A reason given elsewhere is shown as it is.
  const others = CHOICES.some(isChosen) ? [] : [{ ...readiness, label: readiness.reason ?? "Away" }];
  return (
    <div class="away" role="radiogroup" aria-label="Why you take no new chats">
      {[...others, ...CHOICES].map((one) => (
        <label key={one.label} class="away-choice">
          <input
            type="radio"
            name="away"
            checked={isChosen(one)}
            onChange={() => desk.chooseReadiness({ status: one.status, reason: one.reason })}
          />
          {one.label}
        </label>
      ))}
    </div>
  );
}
