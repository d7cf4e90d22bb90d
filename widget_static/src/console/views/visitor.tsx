/** Who is asking, how they can be reached, from which page, and what was before. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Chat, Row } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { findPageAddress } from "../pages";
import type { ConsoleState } from "../state/state";
import { isTalk } from "../state/talks";
import { deviceText } from "../text/device";
import { languageName, localTimeText, momentText, rowTimeText } from "../times";
import { AboutTalk } from "./about_talk";
import { Fields } from "./fields";
import { Icon } from "./icon";
import { Portrait } from "./small_parts";
import { Tags } from "./tags";
import { useHubNow } from "./use_desk";

interface Props {
  desk: Desk;
  state: ConsoleState;
  header: Chat | null;
  isShown: boolean;
  onOpen(chat: number): void;
  /** Of a chat with colleagues. */
  onAdd(header: Chat): void;
  onLeft(): void;
  onClose(): void;
}

export function Visitor({ desk, state, header, isShown, onOpen, onAdd, onLeft, onClose }: Props) {
  return (
    <aside class="visitor" aria-label={header?.kind === "agents" ? "About the chat" : "About the visitor"} data-shown={isShown}>
      {header?.kind === "agents" && (
        <AboutTalk key={header.id} desk={desk} state={state} header={header} onAdd={onAdd} onLeft={onLeft} onClose={onClose} />
      )}
      {header && header.kind !== "agents" && <About desk={desk} state={state} header={header} onOpen={onOpen} onClose={onClose} />}
    </aside>
  );
}

function About({ desk, state, header, onOpen, onClose }: Omit<Props, "isShown" | "header" | "onAdd" | "onLeft"> & { header: Chat }) {
  const now = useHubNow(desk, 15_000);
  const address = findPageAddress(header.page_url);
  const cameFrom = findPageAddress(header.referrer);
  const localTime = header.time_zone ? localTimeText(now, header.time_zone) : null;
  const device = deviceText(header.user_agent);
  const rating = state.inbox.rows.get(header.id)?.rating ?? null;
  return (
    <>
      <header class="pane-header ruled">
        <Portrait name={header.visitor.name} size={36} />
        <div class="visitor-who">
          <h2>{header.visitor.name}</h2>
          {header.email && (
            <p>
              <a href={`mailto:${header.email}`}>{header.email}</a>
            </p>
          )}
        </div>
        <button type="button" class="icon-button only-folded" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <section class="visitor-section" aria-label="The visitor">
        <dl class="facts">
          <FactRow label="Signed in">
            {header.is_proven ? (
              <span class="proven">
                <Icon name="accept" size={16} /> Yes, by your site
              </span>
            ) : (
              header.email ? "No, says so themselves" : "No"
            )}
          </FactRow>
          {header.phone && (
            <FactRow label="Phone">
              <a href={`tel:${header.phone}`}>{header.phone}</a>
            </FactRow>
          )}
          {header.company && <FactRow label="Company">{header.company}</FactRow>}
          {localTime && <FactRow label="Where">{localTime}</FactRow>}
          {header.language && <FactRow label="Language">{languageName(header.language)}</FactRow>}
          {device && <FactRow label="Device">{device}</FactRow>}
        </dl>
      </section>
      {(address || header.page_title) && (
        <section class="visitor-section" aria-label="The visitor’s page">
          <h3>On the page</h3>
          {header.page_title && <p class="page-title">{header.page_title}</p>}
          {address && (
            <a class="page-link" href={address.href} title={address.href} target="_blank" rel="noopener noreferrer">
              {address.short}
            </a>
          )}
          {cameFrom && (
            <p class="came-from">
              from{" "}
              <a href={cameFrom.href} title={cameFrom.href} target="_blank" rel="noopener noreferrer">
                {cameFrom.short}
              </a>
            </p>
          )}
        </section>
      )}
      <section class="visitor-section" aria-label="Custom fields">
        <h3>Fields</h3>
        <Fields key={header.id} desk={desk} chat={header.id} fields={header.custom_fields ?? {}} />
      </section>
      {header.consent && (
        <section class="visitor-section" aria-label="Consent">
          <h3>Agreed to, {momentText(header.started_at, now)}</h3>
          <p class="consent" dir="auto">
            {header.consent}
          </p>
        </section>
      )}
      <section class="visitor-section" aria-label="Tags">
        <h3>Tags</h3>
        <Tags key={header.id} desk={desk} chat={header.id} tags={header.tags ?? []} />
      </section>
      <section class="visitor-section" aria-label="The chat">
        <dl class="facts">
          <FactRow label="Profile">{header.profile.name}</FactRow>
          {header.team && <FactRow label="Team">{header.team.name}</FactRow>}
          {header.ticket != null && <FactRow label="Ticket">{header.ticket}</FactRow>}
          {rating !== null && <FactRow label="Rating">{rating} of 5</FactRow>}
          <FactRow label="Started">{momentText(header.started_at, now)}</FactRow>
          {header.accepted_at !== null && <FactRow label="Accepted">{momentText(header.accepted_at, now)}</FactRow>}
          {header.ended_at !== null && <FactRow label="Ended">{momentText(header.ended_at, now)}</FactRow>}
          <FactRow label="Chat">{header.id}</FactRow>
        </dl>
      </section>
      <Earlier key={header.visitor.id} desk={desk} header={header} now={now} onOpen={onOpen} />
    </>
  );
}

/** The visitor's other chats, the newest first. */
function Earlier({ desk, header, now, onOpen }: { desk: Desk; header: Chat; now: number; onOpen(chat: number): void }) {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const isLive = desk.state.line.kind === "live";
  useEffect(() => {
    if (!isLive) return;
    let isHere = true;
    desk.finder.listEarlier(header.visitor.id, (found) => isHere && found && setRows(found.rows.filter((row): row is Row => !isTalk(row))));
    return () => void (isHere = false);
  }, [header.visitor.id, isLive]);
  const others = rows.filter((row) => row.chat !== header.id);
  if (others.length === 0) return null;
  return (
    <section class="visitor-section" aria-label="Other chats">
      <h3>
        Other chats <span class="section-count">{others.length}</span>
      </h3>
      <ul>
        {others.map((row) => (
          <li key={row.chat}>
            <button type="button" class="earlier" onClick={() => onOpen(row.chat)}>
              <span class="earlier-words">{row.name ?? (row.last?.text || "Nothing said")}</span>
              <time dateTime={new Date(row.started_at).toISOString()}>{rowTimeText(row.started_at, now)}</time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FactRow({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
