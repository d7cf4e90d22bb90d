/** The canned texts: to be read, written and thrown away, beside the chat they are needed in. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Named } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";
import { VARIABLES, type CannedText } from "../text/canned";
import { bestFirst } from "../text/suggesting";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  state: ConsoleState;
  onClose(): void;
}

type Draft = Pick<CannedText, "name" | "text" | "team_id"> & { id?: number };

const NEW: Draft = { name: "", text: "", team_id: null };

export function CannedTexts({ desk, state, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wanted, setWanted] = useState("");
  const [draft, setDraft] = useState<Draft | null>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => void desk.library.loadCanned(), []);
  const found =
    wanted.trim() === "" ? state.canned : bestFirst(state.canned, wanted, ({ name, text }) => `${name}\n${text}`);
  return (
    <dialog
      ref={dialog}
      class="sheet canned"
      aria-labelledby="canned-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="sheet-head">
        <h2 id="canned-title">{draft ? (draft.id ? `/${draft.name || "…"}` : "New canned text") : "Canned texts"}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      {draft ? (
        <Form desk={desk} draft={draft} onChange={setDraft} onDone={() => setDraft(null)} />
      ) : (
        <>
          <div class="canned-head">
            <input
              type="search"
              aria-label="Find a canned text"
              placeholder="Find"
              value={wanted}
              onInput={(event) => setWanted(event.currentTarget.value)}
            />
            <button type="button" class="button" data-kind="primary" onClick={() => setDraft(NEW)}>
              <Icon name="plus" size={16} />
              New
            </button>
          </div>
          <ul class="canned-list">
            {found.map((text) => (
              <li key={text.id}>
                <button type="button" class="canned-item" onClick={() => setDraft({ ...text })}>
                  <span class="canned-name">/{text.name}</span>
                  {text.team_name && <span class="chip">{text.team_name}</span>}
                  <span class="canned-text">{text.text}</span>
                </button>
              </li>
            ))}
          </ul>
          {found.length === 0 && (
            <p class="rows-empty">
              <strong>{state.canned.length === 0 ? "No canned texts yet" : "Nothing found"}</strong>
              What you answer again and again can stand ready behind a slash.
            </p>
          )}
        </>
      )}
    </dialog>
  );
}

interface FormProps {
  desk: Desk;
  draft: Draft;
  onChange(draft: Draft): void;
  onDone(): void;
}

function Form({ desk, draft, onChange, onDone }: FormProps) {
  const [teams, setTeams] = useState<Named[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => {
    name.current?.focus();
    void desk.library.listTeams().then(setTeams);
  }, []);
  const run = async (work: () => ReturnType<typeof desk.library.saveCanned>) => {
    setBusy(true);
    const outcome = await work();
    setBusy(false);
    if (outcome.ok) onDone();
    else setRefusal(outcome.sentence);
  };
  return (
    <form
      class="canned-form"
      onSubmit={(event) => {
        event.preventDefault();
        const { id, team_id } = draft;
        const text = { ...(id ? { id } : {}), name: draft.name, text: draft.text, team_id };
        void run(() => desk.library.saveCanned(text));
      }}
    >
      <label>
        Behind the slash
        <input
          ref={name}
          required
          maxLength={40}
          autocomplete="off"
          spellcheck={false}
          value={draft.name}
          onInput={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        />
      </label>
      <label>
        Text
        <textarea
          required
          rows={7}
          dir="auto"
          value={draft.text}
          onInput={(event) => onChange({ ...draft, text: event.currentTarget.value })}
        />
      </label>
      <p class="canned-variables">
        {VARIABLES.map((variable) => (
          <button
            key={variable}
            type="button"
            class="chip"
            onClick={() => onChange({ ...draft, text: `${draft.text}{{${variable}}}` })}
          >
            {`{{${variable}}}`}
          </button>
        ))}
      </p>
      {teams.length > 0 && (
        <label>
          For
          <select
            value={draft.team_id ?? ""}
            onChange={(event) => onChange({ ...draft, team_id: Number(event.currentTarget.value) || null })}
          >
            <option value="">Everybody</option>
            {teams.map((team) => (
              <option key={team.id} value={team.id}>
                {team.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <p class="form-refusal" role="alert">
        {refusal}
      </p>
      <div class="form-foot">
        {draft.id !== undefined &&
          (isAsking ? (
            <button
              type="button"
              class="button"
              data-kind="bad"
              onClick={() => void run(() => desk.library.removeCanned(draft.id!))}
            >
              Delete it for everybody
            </button>
          ) : (
            <button type="button" class="button" onClick={() => setAsking(true)}>
              Delete
            </button>
          ))}
        <span class="form-space" />
        <button type="button" class="button" data-kind="quiet" onClick={onDone}>
          Back
        </button>
        <button type="submit" class="button" data-kind="primary" aria-disabled={isBusy}>
          Save
        </button>
      </div>
    </form>
  );
}
