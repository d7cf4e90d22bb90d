/** What a message asks for: buttons that disappear into the answer, or a native field. */
import type { MessageData, Value } from "../../shared/frames";
import type { Scene } from "../scene";
import { Form } from "./form";

// The kinds of fields, as `next_input.type` numbers them; see PROTOCOL.md.
const NUMBER = 1;
const ONE_OF = 2;
const SEVERAL = 3;
const DATE = 4;
const YES_NO = 6;

interface Option {
  label: string;
  value: Value | undefined;
}

export function Input({ of: { next_input_id, next_input }, scene }: { of: MessageData; scene: Scene }) {
  const { words, acts } = scene;
  const { id, type = 0, name, lookup_values = [] } = next_input!;
  const answer = (text: string, value: Value | undefined) => {
    const input_id = next_input_id ?? id;
    acts.answer(text, { ...(value ? { value } : {}), ...(input_id ? { input_id } : {}) });
  };
  const options: Option[] =
    type === YES_NO
      ? [
          { label: words.yes, value: { bool: true } },
          { label: words.no, value: { bool: false } },
        ]
      : lookup_values.map(({ label, value }) => ({ label: String(label ?? value), value: valueFrom(value) }));
  if (type === SEVERAL) return <Several options={options} name={name ?? ""} scene={scene} answer={answer} />;
  if (options.length > 0 || type === ONE_OF) {
    return (
      <div class="choices" role="group" aria-label={name ?? undefined}>
        {options.map(({ label, value }) => (
          <button key={label} class="choice" onClick={() => answer(label, value)}>
            {label}
          </button>
        ))}
      </div>
    );
  }
  if (type !== NUMBER && type !== DATE) return null; // Words are written where one writes.
  const field = {
    name: "answer",
    label: name || words.answer,
    type: type === NUMBER ? ("number" as const) : ("date" as const),
    isNeeded: true,
  };
  return (
    <Form
      fields={[field]}
      action={words.send}
      words={words}
      send={({ answer: text = "" }) =>
        answer(text, type === DATE ? { date: text } : Number.isInteger(+text) ? { int: +text } : { multi: text })
      }
    />
  );
}

function Several({
  options,
  name,
  scene: { words },
  answer,
}: {
  options: Option[];
  name: string;
  scene: Scene;
  answer(text: string, value: Value): void;
}) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const boxes = [...(event.currentTarget as HTMLFormElement).querySelectorAll("input")];
    const chosen = options.filter((_, index) => boxes[index]!.checked);
    if (chosen.length === 0) return;
    const values = chosen.map(({ value }) => Object.values(value ?? {})[0]);
    answer(chosen.map(({ label }) => label).join(", "), { multi: values.join(",") });
  };
  return (
    <form class="form" aria-label={name} onSubmit={submit}>
      {options.map(({ label }) => (
        <label key={label} class="box">
          <input type="checkbox" />
          {label}
        </label>
      ))}
      <button class="button primary">
        {words.send}
      </button>
    </form>
  );
}

function valueFrom(value: unknown): Value | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" && Number.isInteger(value) ? { int: value } : { multi: String(value) };
}
