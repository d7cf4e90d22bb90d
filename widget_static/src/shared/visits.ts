/** What a page that only looks says to the hub and hears from it. Counterpart: hub/live/visiting.py. */
import type { StartArgs } from "./commands";
import type { Instant } from "./frames";

export interface VisitBeat extends StartArgs {
  v: 1;
  key: string;
  /** The page's own name for the visit. */
  visit: string;
  for_s: number;
  pages: number;
  visible: boolean;
  /** The key of the invitation that is shown. */
  knows: string | null;
  /** The key of one that was put away. */
  dismisses: string | null;
  wait_ms: number;
}

export interface VisitAnswer {
  invitation: Invited | null;
  next_ms: number;
}

/** An agent asks to chat. */
export interface Invited {
  key: string;
  /** Of the agent, as visitors see it. */
  name: string;
  text: string;
  until: Instant;
}
