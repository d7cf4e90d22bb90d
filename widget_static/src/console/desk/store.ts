/** Holds the state, and tells who draws it when it has changed. */
import type { Change } from "../state/changes";
import { reduce } from "../state/reduce";
import type { ConsoleState } from "../state/state";

export class Store {
  private readonly listeners = new Set<(state: ConsoleState) => void>();

  constructor(public state: ConsoleState) {}

  apply(change: Change): void {
    const before = this.state;
    this.state = reduce(before, change);
    if (this.state !== before) for (const listener of this.listeners) listener(this.state);
  }

  /** Calls `listener` with each change's two sides, for as long as there is a store. */
  watch(listener: (before: ConsoleState, after: ConsoleState) => void): void {
    let before = this.state;
    this.listeners.add((after) => {
      const from = before;
      before = after;
      listener(from, after);
    });
  }

  /** Calls `listener` with every new state; the answer ends that. */
  subscribe(listener: (state: ConsoleState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
