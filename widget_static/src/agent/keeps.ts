/** What an agent's page keeps in the tab, apart for every entrance; in memory where it may not, or cannot. */
import type { Keep } from "../shared/outbox";

/** A text of that name. `isLasting` false: only as long as the page lives. */
export function tabKeep(name: string, isLasting = true): Keep {
  let inMemory: string | null = null;
  return {
    load() {
      try {
        return (isLasting && sessionStorage.getItem(name)) || inMemory;
      } catch {
        return inMemory;
      }
    },
    save(text) {
      inMemory = text;
      try {
        if (isLasting) sessionStorage.setItem(name, text);
      } catch {
        // Storage is blocked or full.
      }
    },
  };
}

/** As `tabKeep`, for one agent: `agent` names them, and null while nobody knows who it is keeps nothing. */
export function agentKeep(name: string, agent: () => number | null): Keep {
  const place = () => {
    const who = agent();
    return who === null ? null : tabKeep(`${name}_${who}`);
  };
  return {
    load: () => place()?.load() ?? null,
    save: (text) => place()?.save(text),
  };
}
