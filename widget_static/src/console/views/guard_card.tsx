/** The reply guard: what colleagues wrote while one was writing, and the three ways out. */
import { useEffect, useRef } from "preact/hooks";
import type { Chat } from "../../shared/frames";
import { nameOf, shortNameOf } from "../state/conversation";
import type { Guard } from "../state/state";
import { agoText } from "../times";
import { KeyCap, Portrait, Words } from "./small_parts";

interface Props {
  guard: Guard;
  header: Chat;
  now: number;
  onChoose(choice: "edit" | "send" | "discard"): void;
}

export function GuardCard({ guard, header, now, onChoose }: Props) {
  const safeChoice = useRef<HTMLButtonElement>(null);
  useEffect(() => safeChoice.current?.focus(), [guard]);
  const names = [...new Set(guard.answers.map((event) => shortNameOf(event.who, header)))];
  const newest = guard.answers.at(-1);
  return (
    <section class="guard" role="alertdialog" aria-labelledby="guard-title" aria-describedby="guard-said">
      <h3 id="guard-title">
        {names.length > 0 ? names.join(" and ") : "A colleague"} answered while you were writing
        {newest && <span> {agoText(now - newest.at)}</span>}
      </h3>
      <div class="guard-said" id="guard-said">
        {guard.answers.map((event) => (
          <div key={event.seq} class="guard-line">
            <Portrait name={nameOf(event.who, header)} size={28} />
            <p class="bubble" dir="auto">
              <Words text={event.text ?? ""} />
            </p>
          </div>
        ))}
      </div>
      <div class="guard-choices">
        <button ref={safeChoice} type="button" class="button" data-kind="primary" onClick={() => onChoose("edit")}>
          Edit mine <KeyCap>↵</KeyCap>
        </button>
        <button type="button" class="button" onClick={() => onChoose("send")}>
          Send mine too
        </button>
        <button type="button" class="button" data-kind="quiet" onClick={() => onChoose("discard")}>
          Discard mine
        </button>
        <p>Your text is kept below</p>
      </div>
    </section>
  );
}
