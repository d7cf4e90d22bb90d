/** What a schema admits, in words. */
import { nameOf, type Schema } from "./description";

const TYPES: Record<string, string> = {
  integer: "whole number",
  number: "number",
  string: "text",
  boolean: "true or false",
  object: "object",
  array: "array",
  null: "null",
};
const FORMATS: Record<string, string> = { "date-time": "date", password: "secret" };

// Limits that only say how many bits a number has, which nobody needs to be told.
const WIDTHS = [2 ** 31, 2 ** 31 - 1, 2 ** 53];

/** The kind of value: `whole number or null`, `array of Message`. */
export function kindOf(schema: Schema): string {
  if (schema.$ref) return shortName(schema.$ref);
  const kinds = schema.anyOf ?? schema.oneOf;
  if (kinds) return [...new Set(kinds.map(kindOf))].join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.contentMediaType) return "file";
  if (schema.items?.contentMediaType) return "one or more files";
  if (schema.type === "array") return schema.items ? `array of ${kindOf(schema.items)}` : "array";
  return (schema.format && FORMATS[schema.format]) || TYPES[schema.type ?? ""] || "anything";
}

/** Limits and the default: `1 to 500`, `at most 255 characters`; empty when there are none worth a word. */
export function limitsOf(schema: Schema): string {
  const parts = [schema, ...(schema.anyOf ?? [])].flatMap((one) => [range(one), length(one)]).filter(Boolean);
  const { default: given } = schema;
  const isTelling = given !== undefined && given !== null && given !== "" && JSON.stringify(given) !== "[]";
  return [...parts, isTelling ? `${JSON.stringify(given)} when left out` : ""].filter(Boolean).join(", ");
}

/** The name of what a reference means, without the dialect's. */
export function shortName(reference: string): string {
  return nameOf(reference).replace(/^Halo(?=[A-Z])/, "");
}

function range({ minimum, maximum, exclusiveMaximum }: Schema): string {
  const most = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - 1);
  const isWide = most === undefined || WIDTHS.some((width) => Math.abs(most - width) <= 1);
  const least = minimum !== undefined && !WIDTHS.some((width) => Math.abs(minimum) === width) ? minimum : undefined;
  if (isWide) return least === undefined ? "" : `${least} or more`;
  return least === undefined ? `at most ${figure(most)}` : `${figure(least)} to ${figure(most)}`;
}

function length({ minLength, maxLength, minItems, maxItems }: Schema): string {
  if (maxLength !== undefined) return `at most ${figure(maxLength)} characters`;
  if (minLength) return "not empty";
  if (maxItems !== undefined) return `at most ${figure(maxItems)}`;
  return minItems && minItems > 1 ? `${minItems} or more` : "";
}

function figure(number: number): string {
  return number.toLocaleString("en");
}
