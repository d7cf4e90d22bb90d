/** A field for one value: a choice where the schema knows them all, else a line of text. */
import type { Schema } from "../description";

interface Props {
  id: string;
  schema: Schema;
  value: string;
  isMissing?: boolean;
  onValue(value: string): void;
}

export function ValueField({ id, schema, value, isMissing = false, onValue }: Props) {
  const choices = schema.enum?.map(String) ?? (schema.type === "boolean" ? ["true", "false"] : null);
  if (choices)
    return (
      <select id={id} class="field" value={value} aria-invalid={isMissing} onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="">–</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  return (
    <input
      id={id}
      class="field"
      // The types of these attributes have no place for a kind that is decided here.
      type={(schema.format === "password" ? "password" : "text") as "text"}
      inputMode={schema.type === "integer" ? "numeric" : "text"}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      value={value}
      aria-invalid={isMissing}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}
