/** An example of a body, made from its schema. */
import { resolve, type Content, type Schema } from "./description";

const MAX_DEPTH = 4;
/** Of an object that needs none of its members. */
const MAX_OPTIONAL_MEMBERS = 6;

/** What somebody may begin with: the example that is given, else one of the first kind the schema admits. */
export function exampleOf(content: Content, schemas: Record<string, Schema>): unknown {
  if (content.example !== undefined) return content.example;
  return content.schema ? make(content.schema, schemas, 0) : {};
}

function make(schema: Schema, schemas: Record<string, Schema>, depth: number): unknown {
  const whole = resolve(schema, schemas);
  if (whole.default !== undefined && whole.default !== null) return whole.default;
  const kinds = whole.anyOf ?? whole.oneOf;
  if (kinds) return make(kinds.find(({ type }) => type !== "null") ?? {}, schemas, depth);
  if (whole.enum) return whole.enum[0];
  switch (whole.type) {
    case "object":
      return depth < MAX_DEPTH ? makeObject(whole, schemas, depth) : {};
    case "array":
      return whole.items && depth < MAX_DEPTH ? [make(whole.items, schemas, depth + 1)] : [];
    case "integer":
    case "number":
      return Math.max(1, whole.minimum ?? 1);
    case "boolean":
      return true;
    case "string":
      return whole.format === "date-time" ? "2026-03-02T12:00:00.000Z" : whole.pattern?.includes("#") ? "#096C5C" : "text";
    default:
      return null;
  }
}

/** Its required members; without any, the first that cannot be null (and so mean something), but for the id. */
function makeObject(schema: Schema, schemas: Record<string, Schema>, depth: number): Record<string, unknown> {
  const members = Object.entries(schema.properties ?? {});
  const required = members.filter(([name]) => schema.required?.includes(name));
  const telling = members.filter(([name, { anyOf }]) => name !== "id" && !anyOf?.some(({ type }) => type === "null"));
  const named = required.length > 0 ? required : (telling.length > 0 ? telling : members).slice(0, MAX_OPTIONAL_MEMBERS);
  return Object.fromEntries(named.map(([name, member]) => [name, make(member, schemas, depth + 1)]));
}
