/** What the forms of the settings are made of: the frame that saves, numbers of seconds, teams, lists of words. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Named } from "../../shared/frames";
import type { Outcome } from "../hub";
import { secondsText } from "../text/settings";
import { Icon } from "./icon";

// The hub's own bound of what is set in seconds: a day.
const MAX_SECONDS = 86_400;

interface FrameProps<Value> {
  title: string;
  save(): Promise<Outcome<Value>>;
  onSaved(value: Value): void;
  onBack(): void;
  children: ComponentChildren;
}

export function SettingsForm<Value>({ title, save, onSaved, onBack, children }: FrameProps<Value>) {
  const [words, setWords] = useState<{ isRefused: boolean; text: string } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <form
      class="settings-form"
      aria-label={title}
      onInput={() => setWords(null)}
      onSubmit={async (event) => {
        event.preventDefault();
        if (isBusy) return;
        setBusy(true);
        const saved = await save();
        setBusy(false);
        setWords(saved.ok ? { isRefused: false, text: "Saved" } : { isRefused: true, text: saved.sentence });
        if (saved.ok) onSaved(saved.value);
      }}
    >
      <div class="settings-title">
        <button type="button" class="icon-button only-phone" aria-label="Back to the list" onClick={onBack}>
          <Icon name="back" />
        </button>
        <h3 ref={heading} tabIndex={-1}>
          <bdi>{title}</bdi>
        </h3>
      </div>
      {children}
      <div class="settings-foot">
        <p role="status" class="settings-said" data-refused={words?.isRefused ?? false}>
          {words?.text}
        </p>
        <button type="submit" class="button" data-kind="primary" aria-disabled={isBusy}>
          {isBusy ? "Saving" : "Save"}
        </button>
      </div>
    </form>
  );
}

interface SecondsProps {
  label: string;
  hint: string;
  value: number;
  /** 0: it may be never. */
  min?: number;
  max?: number;
  onChange(value: number): void;
}

export function Seconds({ label, hint, value, min = 0, max = MAX_SECONDS, onChange }: SecondsProps) {
  return (
    <label class="setting">
      <span class="setting-words">
        {label}
        <small>{hint}</small>
      </span>
      <span class="setting-number">
        <small aria-hidden="true">{value < 60 && value > 0 ? "" : secondsText(value)}</small>
        <input
          type="number"
          required
          min={min}
          max={max}
          step={1}
          value={value}
          onInput={({ currentTarget: { valueAsNumber } }) => !Number.isNaN(valueAsNumber) && onChange(valueAsNumber)}
        />
        <span>s</span>
      </span>
    </label>
  );
}

interface SwitchProps {
  label: string;
  hint: string;
  isOn: boolean;
  onTurn(isOn: boolean): void;
}

export function Switch({ label, hint, isOn, onTurn }: SwitchProps) {
  return (
    <label class="setting">
      <span class="setting-words">
        {label}
        <small>{hint}</small>
      </span>
      <input type="checkbox" checked={isOn} onChange={({ currentTarget: { checked } }) => onTurn(checked)} />
    </label>
  );
}

interface RadioProps {
  legend: string;
  name: string;
  labels: readonly string[];
  chosen: number;
  onChoose(number: number): void;
}

export function Radios({ legend, name, labels, chosen, onChoose }: RadioProps) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {labels.map((label, number) => (
        <label key={label} class="setting-choice">
          <input type="radio" name={name} checked={number === chosen} onChange={() => onChoose(number)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

interface TeamsProps {
  legend: string;
  hint: string;
  teams: readonly Named[];
  chosen: readonly number[];
  onChoose(ids: number[]): void;
}

export function Teams({ legend, hint, teams, chosen, onChoose }: TeamsProps) {
  if (teams.length === 0) return null;
  return (
    <fieldset>
      <legend>{legend}</legend>
      <small>{hint}</small>
      <div class="setting-teams">
        {teams.map(({ id, name }) => (
          <label key={id} class="setting-choice">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={() => onChoose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
            />
            <bdi>{name}</bdi>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface WordsProps {
  label: string;
  hint: string;
  text: string;
  pattern: string;
  onWrite(text: string): void;
}

export function Words({ label, hint, text, pattern, onWrite }: WordsProps) {
  return (
    <label class="setting">
      <span class="setting-words">
        {label}
        <small>{hint}</small>
      </span>
      <input
        type="text"
        class="setting-text"
        dir="auto"
        autocomplete="off"
        spellcheck={false}
        pattern={pattern}
        title={hint}
        value={text}
        onInput={(event) => onWrite(event.currentTarget.value)}
      />
    </label>
  );
}
