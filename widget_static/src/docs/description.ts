/** The description of the REST dialects as the page shows it. Counterpart: hub/rest/openapi.py. */

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  contentMediaType?: string;
}

export type Place = "path" | "query" | "header";

export interface Parameter {
  name: string;
  in: Place;
  required: boolean;
  description: string;
  schema: Schema;
}

export interface Content {
  mediaType: string;
  schema: Schema | null;
  example: unknown;
}

export interface Answer {
  status: string;
  description: string;
  contents: Content[];
}

/** Who is admitted: by a program's token with this scope, by a visitor's token, or without any. */
export interface Admission {
  scope: string | null;
  programs: boolean;
  visitors: boolean;
  anybody: boolean;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  parameters: Parameter[];
  bodies: Content[];
  answers: Answer[];
  admission: Admission;
}

export interface Group {
  tag: string;
  description: string;
  operations: Operation[];
}

export interface Description {
  title: string;
  version: string;
  words: string;
  groups: Group[];
  schemas: Record<string, Schema>;
}

interface RawContent {
  schema?: Schema;
  example?: unknown;
}

interface RawAnswer {
  $ref?: string;
  description?: string;
  content?: Record<string, RawContent>;
}

interface RawOperation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: (Omit<Parameter, "description"> & { description?: string })[];
  requestBody?: { content: Record<string, RawContent> };
  responses: Record<string, RawAnswer>;
  security: Record<string, string[]>[];
}

interface RawScheme {
  type: string;
  in?: string;
  name?: string;
  description?: string;
}

export interface RawDescription {
  info: { title: string; version: string; description: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, RawOperation>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, RawAnswer>;
    securitySchemes: Record<string, RawScheme>;
  };
}

/** OpenAPI as groups of operations, in the order of the tags and of the addresses. */
export function readDescription(raw: RawDescription): Description {
  const operations = Object.entries(raw.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => readOperation(raw, path, method, operation)),
  );
  return {
    title: raw.info.title,
    version: raw.info.version,
    words: raw.info.description,
    groups: raw.tags.map(({ name, description = "" }) => ({
      tag: name,
      description,
      operations: operations.filter(({ tag }) => tag === name),
    })),
    schemas: raw.components.schemas,
  };
}

/** The groups with the operations that have all words of `sought` in their address, method, tag, name or summary. */
export function filterGroups(groups: readonly Group[], sought: string): Group[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map((group) => ({
      ...group,
      operations: group.operations.filter(({ method, path, tag, id, summary }) => {
        const text = `${method} ${path} ${tag} ${id} ${summary}`.toLowerCase();
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ operations }) => operations.length > 0);
}

/** The schema a reference names, or the schema itself. */
export function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  return schema.$ref ? (schemas[nameOf(schema.$ref)] ?? {}) : schema;
}

/** The last part of a reference. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function readOperation(raw: RawDescription, path: string, method: string, operation: RawOperation): Operation {
  const schemes = raw.components.securitySchemes;
  const keys = operation.security
    .flatMap((way) => Object.keys(way))
    .flatMap((name) => (schemes[name] ? [schemes[name]] : []))
    .filter((scheme) => scheme.type === "apiKey" && scheme.in === "query")
    .map((scheme) => ({
      name: scheme.name!,
      in: "query" as const,
      required: false,
      description: scheme.description ?? "",
      schema: { type: "string" },
    }));
  const declared = (operation.parameters ?? []).map((one) => ({ ...one, description: one.description ?? "" }));
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    tag: operation.tags[0] ?? "",
    summary: operation.summary,
    description: operation.description ?? "",
    parameters: [...declared.filter((one) => one.in !== "header"), ...keys, ...declared.filter((one) => one.in === "header")],
    bodies: readContents(operation.requestBody?.content),
    answers: Object.entries(operation.responses).map(([status, answer]) => readAnswer(raw, status, answer)),
    admission: readAdmission(operation, schemes),
  };
}

function readAnswer(raw: RawDescription, status: string, answer: RawAnswer): Answer {
  const whole = answer.$ref ? (raw.components.responses[nameOf(answer.$ref)] ?? {}) : answer;
  return { status, description: whole.description ?? "", contents: readContents(whole.content) };
}

function readContents(content: Record<string, RawContent> = {}): Content[] {
  return Object.entries(content).map(([mediaType, { schema, example }]) => ({
    mediaType,
    schema: schema ?? null,
    example,
  }));
}

function readAdmission({ security }: RawOperation, schemes: Record<string, RawScheme>): Admission {
  const ways = security.flatMap((way) => Object.entries(way));
  const program = ways.find(([name]) => schemes[name]?.type === "oauth2");
  return {
    scope: program?.[1][0] ?? null,
    programs: program !== undefined,
    visitors: ways.some(([name]) => schemes[name]?.type === "http"),
    anybody: security.length === 0 || security.some((way) => Object.keys(way).length === 0),
  };
}
