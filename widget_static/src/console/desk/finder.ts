/** Asks the hub for chats beyond those it tells by itself: older parts of a view, and what a search finds. */
import type { FindArgs, FoundRows, InboxView } from "../../shared/commands";
import type { Reply } from "../../shared/frames";
import { loadedOf, placeBehind, viewToLoad } from "../state/finding";
import type { ConsoleState } from "../state/state";
import type { Asks } from "./asks";
import type { Store } from "./store";

// Long enough to let a word be typed, short enough to feel like none.
const PAUSE_MS = 140;
const PART = 50;

export class Finder {
  private cancelPause: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    private readonly asks: Asks,
    private readonly after: (waitMs: number, call: () => void) => () => void,
  ) {}

  /** Loads what follows below the list, if anything does. */
  loadMore(): void {
    const { state } = this.store;
    if (state.line.kind !== "live") return;
    if (state.search) return this.searchMore();
    const view = viewToLoad(state);
    if (!view) return;
    const loaded = loadedOf(state, view);
    if (loaded.isLoading || loaded.isDone) return;
    this.store.apply({ kind: "part_asked", view });
    const place = loaded.after ?? placeBehind(state, view);
    this.asks.ask({ op: "find", args: { view, limit: PART, ...filterArgs(state), ...afterArgs(place) } }, (reply) =>
      this.takePart(state, view, reply),
    );
  }

  /** Looks for `text` once no more is typed; null ends the search. */
  search(text: string | null): void {
    this.cancelPause?.();
    this.cancelPause = null;
    this.store.apply({ kind: "search_written", text });
    if (text === null || text.trim() === "") return;
    this.cancelPause = this.after(PAUSE_MS, () => this.ask(text, null));
  }

  /** A new line is live: what the lost one was asked is asked again. */
  resume(): void {
    const { search } = this.store.state;
    if (search && search.text.trim() !== "" && search.answered !== search.text) this.ask(search.text, null);
  }

  /** The visitor's other chats, the newest first; null when they could not be asked for. */
  listEarlier(visitor: number, take: (found: FoundRows | null) => void): void {
    this.asks.ask({ op: "find", args: { view: "all", visitor, limit: PART } }, (reply) => take(foundFrom(reply)));
  }

  private searchMore(): void {
    const { search } = this.store.state;
    if (!search || search.isLoading || search.after === null) return;
    this.store.apply({ kind: "search_more" });
    this.ask(search.text, search.after);
  }

  private ask(text: string, after: string | null): void {
    this.asks.ask({ op: "find", args: { text, limit: PART, ...afterArgs(after) } }, (reply) => {
      // Lost with its line: asked again when there is another.
      if (reply === null && this.store.state.line.kind !== "live") return;
      const found = foundFrom(reply) ?? (reply && !reply.ok ? reply.error.message : null);
      this.store.apply({ kind: "search_answered", text, isMore: after !== null, found });
    });
  }

  private takePart(asked: ConsoleState, view: InboxView, reply: Reply | null): void {
    // Other filters were chosen since: this is an answer to nobody's question.
    if (this.store.state.filters !== asked.filters) return;
    this.store.apply({ kind: "part_answered", view, part: foundFrom(reply) });
  }
}

function foundFrom(reply: Reply | null): FoundRows | null {
  return reply?.ok ? (reply.result as unknown as FoundRows) : null;
}

function afterArgs(after: string | null): { after?: string } {
  return after === null ? {} : { after };
}

function filterArgs({ filters }: ConsoleState): FindArgs {
  return {
    ...(filters.profile === null ? {} : { profile: filters.profile }),
    ...(filters.holder === null ? {} : { holder: filters.holder }),
    ...(filters.tag === null ? {} : { tag: filters.tag }),
    ...(filters.isOffline ? { offline: true } : {}),
    ...(filters.isRated ? { rated: true } : {}),
    ...(filters.isOverdue ? { overdue: true } : {}),
  };
}
