/** The visitor's token as this page says it, and the agreement with other tabs on which one that is. */
import type { Kept } from "../loader/kept";

export class VisitorToken {
  readonly #kept: Kept;
  #inUse: string | null = null;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /** The token to say in hello, from now on the one in use; null on a first visit. */
  take(): string | null {
    this.#inUse = this.#kept.token.load() ?? this.#inUse;
    return this.#inUse;
  }

  /** Whether another tab has kept another token than the one this page said. */
  isOutdated(): boolean {
    const kept = this.#kept.token.load();
    return kept !== null && kept !== this.#inUse;
  }

  /**
   * Keeps `fresh` or, without a fresh one, the one in use for another while. False when another tab was
   * first: its token is the one to say, so that both are one visitor.
   */
  settle(fresh: string | undefined): Promise<boolean> {
    const said = this.#inUse;
    // Who is asked for it before all tabs agree says the fresh one already.
    this.#inUse = fresh ?? said;
    const settle = () => {
      const kept = this.#kept.token.load();
      if (kept !== null && kept !== said && kept !== this.#inUse) return false;
      if (this.#inUse) this.#kept.token.save(this.#inUse);
      return true;
    };
    if (!("locks" in navigator)) return Promise.resolve(settle());
    return navigator.locks.request(this.#kept.name, settle).catch(settle);
  }

  /** The user's token by an id token, which holds for all tabs without asking them. */
  adopt(proven: string): void {
    this.#inUse = proven;
    this.#kept.token.save(proven, true);
  }

  /** Whoever comes now is somebody else, in all tabs. */
  forget(): void {
    this.#kept.token.forget();
    this.#inUse = null;
  }

  /** The hub does not take the token any more. False when there was none to give up. */
  giveUp(): boolean {
    if (!this.#inUse) return false;
    if (!this.isOutdated()) this.#kept.token.forget();
    this.#inUse = null;
    return true;
  }
}
