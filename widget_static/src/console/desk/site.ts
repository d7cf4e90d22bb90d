/** Asks the hub who is on the site, again and again, and invites. Nothing of it is pushed: it is as fresh as the last answer. */
import type { Visits } from "../../shared/site";
import type { Place } from "../state/visits";
import type { Asks } from "./asks";
import type { Store } from "./store";

// Before the agent's eyes, as a number beside the inbox, and where no profile tells of its visits.
const WATCHED_MS = 2_000;
const COUNTED_MS = 10_000;
const OFF_MS = 60_000;
/** The hub takes no longer one. */
export const MAX_INVITATION_CHARS = 500;
const NOT_THROUGH = "Not sent. Please try again.";
const FIRST_WORDS = "Hello, can I help you?";

export class SiteDesk {
  private cancel: (() => void) | null = null;
  private isAsking = false;
  private lastWords = FIRST_WORDS;

  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
    private readonly after: (waitMs: number, call: () => void) => () => void,
  ) {}

  /** Looks now, and from then on until it is stopped. */
  look(): void {
    this.cancel?.();
    const { place, site } = this.store.state;
    const pauseMs = !site.isShown ? OFF_MS : place === "site" ? WATCHED_MS : COUNTED_MS;
    this.cancel = this.after(pauseMs, () => this.look());
    if (this.isAsking || this.store.state.line.kind !== "live") return;
    this.isAsking = true;
    this.asks.ask({ op: "visits", args: {} }, (reply) => {
      this.isAsking = false;
      // Agents on pages have no such command.
      if (reply && !reply.ok && reply.error.retry === "never") return this.stop();
      const wasShown = this.store.state.site.isShown;
      this.store.apply({ kind: "visits_told", visits: reply?.ok ? (reply.result as unknown as Visits) : null });
      if (this.store.state.site.isShown !== wasShown) this.lookLater();
    });
  }

  stop(): void {
    this.cancel?.();
  }

  choose(place: Place): void {
    this.store.apply({ kind: "place_chosen", place });
    if (place === "site") this.look();
  }

  /** Begins an invitation, with the words of the last one. */
  begin(visit: string): void {
    this.store.apply({ kind: "inviting_began", visit, text: this.lastWords });
  }

  write(text: string): void {
    this.store.apply({ kind: "inviting_written", text });
  }

  leave(): void {
    this.store.apply({ kind: "inviting_ended" });
  }

  /** Sends what is written, once; `onSent` when the visitor is asked now. */
  send(onSent: () => void): void {
    const { inviting } = this.store.state;
    const text = inviting?.text.trim() ?? "";
    if (!inviting || inviting.isSending || text === "") return;
    this.store.apply({ kind: "inviting_sent" });
    this.asks.ask({ op: "invite_visitor", args: { visit: inviting.visit, text } }, (reply) => {
      const refusal = reply?.ok ? null : reply ? reply.error.message : NOT_THROUGH;
      this.store.apply({ kind: "inviting_answered", visit: inviting.visit, refusal });
      this.look();
      if (refusal !== null) return;
      this.lastWords = text;
      onSent();
    });
  }

  private lookLater(): void {
    this.cancel?.();
    this.cancel = this.after(this.store.state.place === "site" ? WATCHED_MS : COUNTED_MS, () => this.look());
  }
}
