/** What came back. */
import { useEffect, useState } from "preact/hooks";
import type { Answered, Outcome } from "../request";
import { CopyButton } from "./copy_button";
import { Icon } from "./icon";
import { Json } from "./json";

export function OutcomeView({ outcome }: { outcome: Outcome | null }) {
  return (
    <section class="outcome" aria-labelledby="outcome-title">
      <h2 id="outcome-title">Answer</h2>
      {!outcome && <p class="outcome-empty">Send the request, and what the hub says stands here.</p>}
      {outcome?.kind === "unreachable" && (
        <p class="outcome-empty" role="status">
          The hub did not answer. Send it again in a moment.
        </p>
      )}
      {outcome?.kind === "answered" && <Came answered={outcome} />}
    </section>
  );
}

function Came({ answered }: { answered: Answered }) {
  const { status, statusText, milliseconds, headers, body, file } = answered;
  return (
    <>
      <p class="outcome-line" role="status">
        <span class="status" data-kind={status < 300 ? "good" : status < 500 ? "warning" : "bad"}>
          {status} {statusText}
        </span>
        <span class="outcome-fact">{milliseconds.toLocaleString("en")} ms</span>
        <span class="outcome-fact">{sizeOf(file?.size ?? new TextEncoder().encode(body).length)}</span>
      </p>
      <details class="headers">
        <summary>
          <Icon name="fold" size={14} />
          {headers.length} headers
        </summary>
        <dl>
          {headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {file && <Download file={file} />}
      {body && (
        <div class="answer-body">
          <pre class="code" tabIndex={0} role="region" aria-label="Body of the answer">
            <Json text={body} />
          </pre>
          <CopyButton label="Copy" text={() => body} />
        </div>
      )}
    </>
  );
}

function Download({ file }: { file: Blob }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return (
    <p class="outcome-file">
      <a class="button" href={address} download>
        Save the file
      </a>
      <span class="outcome-fact">{file.type || "of no known type"}</span>
    </p>
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toLocaleString("en", { maximumFractionDigits: 1 })} KiB`;
}
