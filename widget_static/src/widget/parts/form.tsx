/** Fields with their labels above and what is wrong below, in words that say how to mend it. */
import type { Words } from "../words";
import { Linked } from "./linked";

export interface Field {
  name: string;
  label: string;
  type: "text" | "email" | "number" | "date" | "area";
  isNeeded: boolean;
  /** What stands in an area at first. */
  text?: string;
}

interface Props {
  fields: readonly Field[];
  action: string;
  words: Words;
  /** What sending it means, above the button. */
  terms?: string;
  /** Is called when everything is right, with the values by name. */
  send(values: Record<string, string>): void;
}

export function Form({ fields, action, words, terms, send }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const inputs = [...form.querySelectorAll<HTMLInputElement>(".field")];
    const wrong = inputs.filter((input) => !check(input, words));
    if (wrong[0]) wrong[0].focus();
    else send(Object.fromEntries(inputs.map(({ name, value }) => [name, value.trim()])));
  };
  return (
    <form class="form" noValidate onSubmit={submit}>
      {fields.map(({ name, label, type, isNeeded, text }) => (
        <label key={name}>
          <span>{label}</span>
          {type === "area" ? (
            <textarea class="field" name={name} rows={4} required={isNeeded} aria-describedby={`${name}-wrong`}>
              {text}
            </textarea>
          ) : (
            <input
              class="field"
              name={name}
              type={type as "text"}
              required={isNeeded}
              autocomplete={name === "answer" ? "off" : name}
              step="any"
              dir="auto"
              aria-describedby={`${name}-wrong`}
            />
          )}
          <span id={`${name}-wrong`} class="wrong" role="alert" />
        </label>
      ))}
      {terms && (
        <p class="file-note">
          <Linked text={terms} />
        </p>
      )}
      <button class="button primary">
        {action}
      </button>
    </form>
  );
}

/** Whether the value is right; else says under the field what is not. */
function check(input: HTMLInputElement, words: Words): boolean {
  const isMissing = input.required && input.value.trim() === "";
  const isRight = !isMissing && input.validity.valid && (input.type !== "email" || !input.value || /\.\w\w/.test(input.value));
  input.setAttribute("aria-invalid", String(!isRight));
  input.parentElement!.querySelector(".wrong")!.textContent = isRight
    ? ""
    : input.type === "email" && !isMissing
      ? words.isNoEmail
      : words.isNeeded;
  return isRight;
}
