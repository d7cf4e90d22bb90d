/** The visitor's token as this page says it, and the agreement with other tabs on which one that is. */
import type { Kept } from "../loader/kept";

export interface VisitorToken {
  /** The token to say in hello, from now on the one in use; null on a first visit. */
  take(): string | null;
  /** Whether another tab has kept another token than the one this page said. */
  isOutdated(): boolean;
  /**
   * Keeps `fresh` or, without a fresh one, the one in use for another while. False when another tab was
   * first: its token is the one to say, so that both are one visitor.
   */
  settle(fresh: string | undefined): Promise<boolean>;
  /** The user's token by an id token, which holds for all tabs without asking them. */
  adopt(proven: string): void;
  /** Whoever comes now is somebody else, in all tabs. */
  forget(): void;
  /** The hub does not take the token any more. False when there was none to give up. */
  giveUp(): boolean;
}

export function makeVisitorToken({ token, name }: Pick<Kept, "token" | "name">): VisitorToken {
  let inUse: string | null = null;
  return {
    take: () => (inUse = token.load() ?? inUse),
    isOutdated,
    settle(fresh) {
      const said = inUse;
      // Who is asked for it before all tabs agree says the fresh one already.
      inUse = fresh ?? said;
      const settle = () => {
        const kept = token.load();
        if (kept !== null && kept !== said && kept !== inUse) return false;
        if (inUse) token.save(inUse);
        return true;
      };
      if (!("locks" in navigator)) return Promise.resolve(settle());
      return navigator.locks.request(name, settle).catch(settle);
    },
    adopt(proven) {
      inUse = proven;
      token.save(proven, true);
    },
    forget() {
      token.forget();
      inUse = null;
    },
    giveUp() {
      if (!inUse) return false;
      if (!isOutdated()) token.forget();
      inUse = null;
      return true;
    },
  };

  function isOutdated(): boolean {
    const kept = token.load();
    return kept !== null && kept !== inUse;
  }
}
