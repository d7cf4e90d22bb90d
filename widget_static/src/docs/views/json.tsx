/** JSON, indented, with names and values in different strengths. */

// Beyond this, colours would cost more than they tell.
const MAX_COLOURED_CHARS = 200_000;
const PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function Json({ text }: { text: string }) {
  const pretty = indent(text);
  return pretty.length > MAX_COLOURED_CHARS ? <>{pretty}</> : <>{colour(pretty)}</>;
}

function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function colour(text: string) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    const [whole, string, colon, word] = match;
    parts.push(text.slice(end, match.index));
    const kind = string ? (colon ? "name" : "string") : word ? "word" : "number";
    parts.push(<span class={`json-${kind}`}>{string ?? whole}</span>, colon ?? "");
    end = match.index + whole.length;
  }
  return [...parts, text.slice(end)];
}
