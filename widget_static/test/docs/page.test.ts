import assert from "node:assert/strict";
import { test } from "node:test";
import { filterGroups, readDescription, type RawDescription } from "../../src/docs/description";
import { exampleOf } from "../../src/docs/example";
import { addressOf, curlOf, headersOf, listMissing, type Draft } from "../../src/docs/request";
import { kindOf, limitsOf } from "../../src/docs/words";

const RAW: RawDescription = {
  info: { title: "hub", version: "1", description: "" },
  tags: [{ name: "Chats", description: "Talk." }],
  paths: {
    "/api/Chat/{id}": {
      get: {
        operationId: "getChat",
        summary: "One chat",
        tags: ["Chats"],
        parameters: [
          { name: "Idempotency-Key", in: "header", required: false, schema: { type: "string" } },
          { name: "id", in: "path", required: true, schema: { type: "integer" } },
          { name: "q", in: "query", required: false, schema: { type: "string" } },
        ],
        responses: { "404": { $ref: "#/components/responses/HaloNotFound" } },
        security: [{ oauth2: ["access:chat"] }, { chatToken: [] }, { profileKey: [] }, {}],
      },
    },
  },
  components: {
    schemas: { HaloPair: { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } }, required: ["id"] } },
    responses: { HaloNotFound: { description: "Gone.", content: { "application/json": { schema: { type: "object" } } } } },
    securitySchemes: {
      oauth2: { type: "oauth2" },
      chatToken: { type: "http" },
      profileKey: { type: "apiKey", in: "query", name: "key", description: "The key." },
    },
  },
};
const DESCRIPTION = readDescription(RAW);
const OPERATION = DESCRIPTION.groups[0]!.operations[0]!;
const DRAFT: Draft = { values: {}, mediaType: null, text: "", fields: {}, files: [] };

test("references are followed, and keys in the query stand among the parameters", () => {
  assert.deepEqual(OPERATION.answers, [
    { status: "404", description: "Gone.", contents: [{ mediaType: "application/json", schema: { type: "object" }, example: undefined }] },
  ]);
  assert.deepEqual(OPERATION.parameters.map(({ name }) => name), ["id", "q", "key", "Idempotency-Key"]);
  assert.deepEqual(OPERATION.admission, { scope: "access:chat", programs: true, visitors: true, anybody: true });
});

test("all words of the filter must be met, wherever", () => {
  assert.equal(filterGroups(DESCRIPTION.groups, "GET chat one").length, 1);
  assert.equal(filterGroups(DESCRIPTION.groups, "get profile").length, 0);
  assert.equal(filterGroups(DESCRIPTION.groups, " ").length, 1);
});

test("what is filled in is encoded, and what is empty is left out", () => {
  const draft = { ...DRAFT, values: { id: "7/8", q: "a&b=ü", key: "" } };
  assert.equal(addressOf(OPERATION, draft), "/api/Chat/7%2F8?q=a%26b%3D%C3%BC");
  assert.deepEqual(listMissing(OPERATION, DRAFT), ["id"]);
  assert.equal(addressOf(OPERATION, DRAFT), "/api/Chat/{id}");
});

test("headers name the token, the type of a body, and what was filled in", () => {
  const draft = { ...DRAFT, mediaType: "application/json", values: { "Idempotency-Key": "k" } };
  assert.deepEqual(headersOf(OPERATION, draft, "t"), [
    ["Authorization", "Bearer t"],
    ["Content-Type", "application/json"],
    ["Idempotency-Key", "k"],
  ]);
  assert.deepEqual(headersOf(OPERATION, { ...DRAFT, mediaType: "multipart/form-data" }, null), []);
});

test("a shell takes the command as it was meant, quotes and all", () => {
  const draft = { ...DRAFT, mediaType: "application/json", text: "{\"a\": \"it's $HOME\"}", values: { id: "1" } };
  assert.equal(
    curlOf({ ...OPERATION, method: "POST" }, draft, null, "https://h"),
    "curl -X POST 'https://h/api/Chat/1' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"a\": \"it'\\''s $HOME\"}'",
  );
});

test("an example is the one that is given, else what is required, else what means something", () => {
  const { schemas } = DESCRIPTION;
  const content = { mediaType: "application/json", schema: { $ref: "#/components/schemas/HaloPair" }, example: undefined };
  assert.deepEqual(exampleOf(content, schemas), { id: 1 });
  assert.deepEqual(exampleOf({ ...content, example: { id: 9 } }, schemas), { id: 9 });
  const loose = { type: "object", properties: { id: { type: "integer" }, a: { anyOf: [{ type: "string" }, { type: "null" }] }, b: { type: "boolean" } } };
  assert.deepEqual(exampleOf({ ...content, schema: { oneOf: [loose, { type: "array", items: loose }] } }, schemas), { b: true });
});

test("kinds and limits are told in words, and the width of a number is no limit", () => {
  assert.equal(kindOf({ anyOf: [{ type: "string", maxLength: 5 }, { type: "null" }] }), "text or null");
  assert.equal(kindOf({ type: "array", items: { $ref: "#/components/schemas/HaloPair" } }), "array of Pair");
  assert.equal(limitsOf({ type: "integer", minimum: 1, maximum: 500, default: 50 }), "1 to 500, 50 when left out");
  assert.equal(limitsOf({ anyOf: [{ type: "integer", minimum: -(2 ** 31), exclusiveMaximum: 2 ** 31 }, { type: "null" }], default: null }), "");
  assert.equal(limitsOf({ type: "integer", minimum: 1, exclusiveMaximum: 2 ** 31 }), "1 or more");
});
