/** A word to somebody who only looks: they see it beside the bubble, and it begins the chat. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Visit } from "../../shared/site";
import type { Desk } from "../desk/desk";
import { MAX_INVITATION_CHARS } from "../desk/site";
import { shortNameFrom } from "../names";
import type { ConsoleState } from "../state/state";
import { visitorName, type Inviting } from "../state/visits";
import { fillVariables } from "../text/canned";

interface Props {
  desk: Desk;
  state: ConsoleState;
  visit: Visit;
  inviting: Inviting;
}

export function InviteForm({ desk, state, visit, inviting }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const name = visitorName(visit);
  useLayoutEffect(() => field.current?.select(), []);
  const focusRow = () => document.querySelector<HTMLElement>(`.row[data-visit="${CSS.escape(visit.visit)}"]`)?.focus();
  const send = () => desk.site.send(() => queueMicrotask(focusRow));
  const leave = () => {
    desk.site.leave();
    queueMicrotask(focusRow);
  };
  const take = (select: HTMLSelectElement) => {
    const canned = state.canned.find(({ id }) => String(id) === select.value);
    select.value = "";
    if (!canned) return;
    desk.site.write(fillVariables(canned.text, knownFrom(visit, state)).text.slice(0, MAX_INVITATION_CHARS));
    field.current?.focus();
  };
  return (
    <form
      class="invite"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === "Escape") leave();
        else if (event.key === "Enter" && !event.shiftKey && event.target === field.current) send();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <textarea
        ref={field}
        rows={3}
        dir="auto"
        maxLength={MAX_INVITATION_CHARS}
        aria-label={`Invitation to ${name}`}
        aria-describedby={inviting.refusal ? "invite-refusal" : undefined}
        value={inviting.text}
        onInput={(event) => desk.site.write(event.currentTarget.value)}
      />
      {inviting.refusal && (
        <p class="invite-refusal" id="invite-refusal" role="alert">
          {inviting.refusal}
        </p>
      )}
      <div class="invite-foot">
        {state.canned.length > 0 && (
          <select aria-label="Use a canned text" onChange={(event) => take(event.currentTarget)}>
            <option value="">Canned text</option>
            {state.canned.map((canned) => (
              <option key={canned.id} value={String(canned.id)}>
                {canned.name}
              </option>
            ))}
          </select>
        )}
        <button type="button" class="button" data-kind="quiet" onClick={leave}>
          Cancel
        </button>
        <button
          type="submit"
          class="button"
          data-kind="primary"
          aria-disabled={inviting.isSending || inviting.text.trim() === ""}
        >
          Invite
        </button>
      </div>
    </form>
  );
}

/** What a canned text can be filled with before there is a chat. */
function knownFrom(visit: Visit, { me }: ConsoleState): Record<string, string> {
  return {
    "visitor.name": visit.visitor?.name ?? "",
    "visitor.first_name": visit.visitor ? shortNameFrom(visit.visitor.name) : "",
    "agent.name": me.name,
    "agent.first_name": shortNameFrom(me.name),
    "profile.name": visit.profile.name,
    "page.title": visit.page_title ?? "",
    "page.url": visit.page_url ?? "",
  };
}
