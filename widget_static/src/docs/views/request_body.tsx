/** The body of a request: JSON as text, or a form of fields, with files where they belong. */
import { resolve, type Content, type Schema } from "../description";
import { PARTS, type Draft } from "../request";
import { ValueField } from "./value_field";

interface Props {
  bodies: Content[];
  schemas: Record<string, Schema>;
  draft: Draft;
  onDraft(part: Partial<Draft>): void;
}

const NAMES: Record<string, string> = {
  "application/json": "JSON",
  "application/x-www-form-urlencoded": "Form",
  "multipart/form-data": "Files",
};
const MAX_LINES = 20;

export function RequestBody({ bodies, schemas, draft, onDraft }: Props) {
  const content = bodies.find(({ mediaType }) => mediaType === draft.mediaType);
  if (!content) return null;
  const schema = resolve(content.schema ?? {}, schemas);
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => name !== "file");
  return (
    <div class="body-fields">
      {bodies.length > 1 && (
        <div class="segments" role="group" aria-label="Kind of body">
          {bodies.map(({ mediaType }) => (
            <button
              key={mediaType}
              type="button"
              aria-pressed={mediaType === draft.mediaType}
              onClick={() => onDraft({ mediaType })}
            >
              {NAMES[mediaType] ?? mediaType}
            </button>
          ))}
        </div>
      )}
      {content.mediaType === "application/json" ? (
        <>
          <label for="body">Body</label>
          <textarea
            id="body"
            class="field code"
            rows={Math.min(MAX_LINES, draft.text.split("\n").length + 1)}
            spellcheck={false}
            autocapitalize="none"
            value={draft.text}
            onInput={(event) => onDraft({ text: event.currentTarget.value })}
          />
        </>
      ) : (
        <>
          {content.mediaType === PARTS && (
            <>
              <label for="files">Files</label>
              <input id="files" type="file" multiple onChange={(event) => onDraft({ files: [...(event.currentTarget.files ?? [])] })} />
            </>
          )}
          {fields.map(([name, field]) => (
            <div key={name}>
              <label for={`field-${name}`}>
                <code>{name}</code>
                {schema.required?.includes(name) && <span class="required">required</span>}
              </label>
              <ValueField
                id={`field-${name}`}
                schema={field}
                value={draft.fields[name] ?? ""}
                onValue={(value) => onDraft({ fields: { ...draft.fields, [name]: value } })}
              />
            </div>
          ))}
        </>
      )}
    </div>
  );
}
