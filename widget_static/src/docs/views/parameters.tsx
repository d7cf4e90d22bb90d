/** The parameters of an operation, each with the field that fills it in. */
import type { Parameter } from "../description";
import { kindOf, limitsOf } from "../words";
import { ValueField } from "./value_field";
import { Words } from "./prose";

interface Props {
  parameters: Parameter[];
  values: Record<string, string>;
  missing: readonly string[];
  onValue(name: string, value: string): void;
}

const PLACES = { path: "in the address", query: "", header: "header" };

export function Parameters({ parameters, values, missing, onValue }: Props) {
  return (
    <div class="parameters">
      {parameters.map((parameter) => {
        const { name, required, schema, description } = parameter;
        const about = [PLACES[parameter.in], limitsOf(schema)].filter(Boolean).join(", ");
        return (
          <div key={name} class="parameter">
            <div class="parameter-words" id={`about-${name}`}>
              <label for={`value-${name}`}>
                <code>{name}</code>
              </label>
              {required && <span class="required">required</span>}
              <span class="kind">{kindOf(schema)}</span>
              {about && <span class="limits">{about}</span>}
              {description && (
                <span class="limits">
                  <Words text={description} />
                </span>
              )}
            </div>
            <ValueField
              id={`value-${name}`}
              schema={schema}
              value={values[name] ?? ""}
              isMissing={missing.includes(name)}
              onValue={(value) => onValue(name, value)}
            />
          </div>
        );
      })}
    </div>
  );
}
