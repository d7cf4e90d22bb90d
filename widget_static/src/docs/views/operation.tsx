/** One operation: what it does, what it takes and answers, and a way to try it. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Admission, Answer, Operation, Schema } from "../description";
import { exampleOf } from "../example";
import { addressOf, curlOf, listMissing, send, type Draft, type Outcome } from "../request";
import type { Session } from "../session";
import { CopyButton } from "./copy_button";
import { Icon } from "./icon";
import { Method } from "./method";
import { OutcomeView } from "./outcome";
import { Parameters } from "./parameters";
import { Prose, Words } from "./prose";
import { RequestBody } from "./request_body";
import { SchemaView } from "./schema";
import { SignIn } from "./sign_in";

interface Props {
  operation: Operation;
  schemas: Record<string, Schema>;
  session: Session | null;
  onSession(session: Session | null): void;
}

export function OperationView({ operation, schemas, session, onSession }: Props) {
  const [draft, setDraft] = useState(() => beginDraft(operation, schemas));
  const [missing, setMissing] = useState<string[]>([]);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isSending, setSending] = useState(false);
  const trial = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const token = session?.token ?? null;
  useEffect(() => title.current?.focus({ preventScroll: true }), []);

  const submit = async () => {
    const lacking = listMissing(operation, draft);
    setMissing(lacking);
    if (lacking[0]) return document.getElementById(`value-${lacking[0]}`)?.focus();
    if (isSending) return;
    setSending(true);
    setOutcome(await send(operation, draft, token));
    setSending(false);
  };
  // Where both stand below each other, the way down is long.
  const goToTry = () => {
    trial.current?.scrollIntoView();
    trial.current?.focus({ preventScroll: true });
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
  };

  return (
    <div class="operation" onKeyDown={keyed}>
      <article class="about">
        <p class="address">
          <Method method={operation.method} isLarge />
          <code>{operation.path}</code>
          <button type="button" class="button to-try" onClick={goToTry}>
            Try it
          </button>
        </p>
        <h1 ref={title} tabIndex={-1}>
          <Words text={operation.summary} />
        </h1>
        <Prose text={operation.description} />
        <Admitted admission={operation.admission} />
        {operation.parameters.length > 0 && (
          <section aria-labelledby="parameters-title">
            <h2 id="parameters-title">Parameters</h2>
            <Parameters
              parameters={operation.parameters}
              values={draft.values}
              missing={missing}
              onValue={(name, value) => change({ values: { ...draft.values, [name]: value } })}
            />
          </section>
        )}
        {operation.bodies.map(({ mediaType, schema }) => (
          <section key={mediaType} aria-label={`Body, ${mediaType}`}>
            <h2>
              Body <span class="media-type">{mediaType}</span>
            </h2>
            {schema && <SchemaView schema={schema} schemas={schemas} side="body" />}
          </section>
        ))}
        <section aria-labelledby="answers-title">
          <h2 id="answers-title">Answers</h2>
          {operation.answers.map((answer) => (
            <AnswerView key={answer.status} answer={answer} schemas={schemas} />
          ))}
        </section>
      </article>
      <aside ref={trial} class="try" aria-label="Try it" tabIndex={-1}>
        <SignIn session={session} onSession={onSession} />
        <section class="card request" aria-labelledby="request-title">
          <div class="card-head">
            <h2 id="request-title">Request</h2>
            <CopyButton label="Copy as curl" text={() => curlOf(operation, draft, token, location.origin)} />
          </div>
          <p class="request-line" tabIndex={0} role="region" aria-label="Address">
            <Method method={operation.method} isLarge />
            <code>{addressOf(operation, draft)}</code>
          </p>
          <RequestBody bodies={operation.bodies} schemas={schemas} draft={draft} onDraft={change} />
          <div class="card-foot">
            <p class="card-error" role="alert">
              {missing.length > 0 && listMissing(operation, draft).length > 0 && `Fill in ${missing.join(", ")} first.`}
            </p>
            <button type="button" class="button" data-kind="primary" aria-busy={isSending} onClick={() => void submit()}>
              {isSending ? "Sending" : "Send"}
              <kbd class="keycap" aria-hidden="true">
                ⌃↵
              </kbd>
            </button>
          </div>
        </section>
        <OutcomeView outcome={outcome} />
      </aside>
    </div>
  );
}

function beginDraft({ bodies }: Operation, schemas: Record<string, Schema>): Draft {
  const [first] = bodies;
  const json = bodies.find(({ mediaType }) => mediaType === "application/json");
  return {
    values: {},
    mediaType: first?.mediaType ?? null,
    text: json ? JSON.stringify(exampleOf(json, schemas), null, 2) : "",
    fields: {},
    files: [],
  };
}

function Admitted({ admission }: { admission: Admission }) {
  const { programs, scope, visitors, anybody } = admission;
  return (
    <ul class="admitted" aria-label="Who is admitted">
      {programs && <li>{scope ? <>Programs with <code>{scope}</code></> : "Programs"}</li>}
      {visitors && <li>Visitors</li>}
      {anybody && <li>Anybody</li>}
    </ul>
  );
}

function AnswerView({ answer, schemas }: { answer: Answer; schemas: Record<string, Schema> }) {
  const { status, description, contents } = answer;
  const described = contents.filter(({ schema }) => schema !== null);
  const line = (
    <>
      <span class="status" data-kind={status < "300" ? "good" : "warning"}>
        {status}
      </span>
      <span class="answer-words">
        <Words text={description} />
      </span>
    </>
  );
  if (described.length === 0) return <p class="answer">{line}</p>;
  return (
    <details class="answer-fold" open={status < "300"}>
      <summary class="answer">
        {line}
        <Icon name="fold" size={14} />
      </summary>
      <div class="answer-schema">
        {described.map(({ mediaType, schema }) => (
          <div key={mediaType}>{schema && <SchemaView schema={schema} schemas={schemas} side="answer" />}</div>
        ))}
      </div>
    </details>
  );
}
