/** Who is asking, from which page, and what time it is there. */
import type { ComponentChildren } from "preact";
import type { Chat } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { findPageAddress } from "../pages";
import { languageName, localTimeText, momentText } from "../times";
import { Icon } from "./icon";
import { Portrait } from "./small_parts";
import { useHubNow } from "./use_desk";

interface Props {
  desk: Desk;
  header: Chat | null;
  isShown: boolean;
  onClose(): void;
}

export function Visitor({ desk, header, isShown, onClose }: Props) {
  return (
    <aside class="visitor" aria-label="About the visitor" data-shown={isShown}>
      {header && <About desk={desk} header={header} onClose={onClose} />}
    </aside>
  );
}

function About({ desk, header, onClose }: { desk: Desk; header: Chat; onClose(): void }) {
  const now = useHubNow(desk, 15_000);
  const address = findPageAddress(header.page_url);
  const localTime = header.time_zone ? localTimeText(now, header.time_zone) : null;
  return (
    <>
      <header class="pane-header ruled">
        <Portrait name={header.visitor.name} size={36} />
        <h2>{header.visitor.name}</h2>
        <button type="button" class="icon-button only-folded" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {(address || header.page_title) && (
        <section class="visitor-section" aria-label="The visitor’s page">
          <h3>On the page</h3>
          {header.page_title && <p class="page-title">{header.page_title}</p>}
          {address && (
            <a class="page-link" href={address.href} title={address.href} target="_blank" rel="noopener noreferrer">
              {address.short}
            </a>
          )}
        </section>
      )}
      <section class="visitor-section" aria-label="The visitor">
        <dl class="facts">
          {header.language && <FactRow label="Language">{languageName(header.language)}</FactRow>}
          {localTime && <FactRow label="Local time">{localTime}</FactRow>}
        </dl>
      </section>
      <section class="visitor-section" aria-label="The chat">
        <dl class="facts">
          <FactRow label="Profile">{header.profile.name}</FactRow>
          <FactRow label="Started">{momentText(header.started_at, now)}</FactRow>
          {header.accepted_at !== null && <FactRow label="Accepted">{momentText(header.accepted_at, now)}</FactRow>}
          {header.ended_at !== null && <FactRow label="Ended">{momentText(header.ended_at, now)}</FactRow>}
          <FactRow label="Chat">{header.id}</FactRow>
        </dl>
      </section>
    </>
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
