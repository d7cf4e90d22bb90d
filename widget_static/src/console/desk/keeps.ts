/** Places in the tab's session storage that outlive a reload, apart for every agent. */
import type { Keep } from "../../shared/outbox";

export interface Keeps {
  errands: Keep;
  drafts: Keep;
  /** Forgets both: the agent has left for good. */
  clear(): void;
}

export function keepsFor(agent: number): Keeps {
  const names = { errands: `hub.console.${agent}.errands`, drafts: `hub.console.${agent}.drafts` };
  return {
    errands: sessionKeep(names.errands),
    drafts: sessionKeep(names.drafts),
    clear: () => withStorage((storage) => Object.values(names).forEach((name) => storage.removeItem(name))),
  };
}

function sessionKeep(name: string): Keep {
  return {
    load: () => withStorage((storage) => storage.getItem(name)) ?? null,
    save: (text) => withStorage((storage) => storage.setItem(name, text)),
  };
}

/** Storage may be blocked or full; the console then works without its memory of reloads. */
function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
