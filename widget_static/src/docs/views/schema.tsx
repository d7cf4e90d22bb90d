/** The members of a schema; what they hold unfolds on request. */
import { resolve, type Schema } from "../description";
import { kindOf, limitsOf, shortName } from "../words";
import { Icon } from "./icon";
import { Prose, Words } from "./prose";

interface Props {
  schema: Schema;
  schemas: Record<string, Schema>;
  /** Of a body one needs to know what must be there, of an answer what may be missing. */
  side: "body" | "answer";
}

/** The body or the answer that this schema describes. */
export function SchemaView({ schema, schemas, side }: Props) {
  const kind = saying(schema);
  const [one] = structuresIn(schema);
  const inner = one && resolve(one, schemas);
  return (
    <>
      {kind !== "object" && <p class="kind">{kind}</p>}
      {inner?.description && <Prose text={inner.description} />}
      {inner?.properties && <Members schema={inner} schemas={schemas} side={side} />}
    </>
  );
}

function Members({ schema, schemas, side }: Props) {
  return (
    <dl class="members">
      {Object.entries(schema.properties ?? {}).map(([name, member]) => (
        <Member
          key={name}
          name={name}
          schema={member}
          schemas={schemas}
          side={side}
          isRequired={schema.required?.includes(name) ?? false}
        />
      ))}
    </dl>
  );
}

function Member({ name, schema, schemas, side, isRequired }: Props & { name: string; isRequired: boolean }) {
  const limits = limitsOf(schema);
  const [inner] = structuresIn(schema).map((one) => resolve(one, schemas));
  return (
    <div class="member">
      <dt>
        <code>{name}</code>
        {side === "body" && isRequired && <span class="required">required</span>}
        {side === "answer" && !isRequired && <span class="kind">at times</span>}
      </dt>
      <dd>
        <span class="kind">{kindOf(schema)}</span>
        {limits && <span class="limits">{limits}</span>}
        {schema.description && (
          <span class="limits">
            <Words text={schema.description} />
          </span>
        )}
        {inner?.properties && (
          <details>
            <summary>
              <Icon name="fold" size={14} />
              {countOf(inner.properties)}
            </summary>
            {inner.description && <Prose text={inner.description} />}
            <Members schema={inner} schemas={schemas} side={side} />
          </details>
        )}
      </dd>
    </div>
  );
}

function countOf(members: Record<string, Schema>): string {
  const count = Object.keys(members).length;
  return count === 1 ? "1 member" : `${count} members`;
}

/** The references and objects a schema is made of. */
function structuresIn(schema: Schema): Schema[] {
  if (schema.$ref || schema.properties) return [schema];
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])].flatMap(structuresIn);
}

function saying(schema: Schema): string {
  const [first, second] = schema.oneOf ?? [];
  if (first?.$ref && second?.items?.$ref === first.$ref) {
    const most = second.maxItems ? ` of up to ${second.maxItems.toLocaleString("en")}` : "";
    return `${shortName(first.$ref)}, or an array${most}`;
  }
  return kindOf(schema);
}
