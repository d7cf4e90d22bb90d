/** Who is on a site, as agents are told. Counterpart: hub/live/visit_maps.py. */
import type { Instant, Named } from "./frames";

export interface Visit {
  visit: string;
  profile: Named;
  /** Null while they have never been in a chat. */
  visitor: Named | null;
  is_proven: boolean;
  page_url: string | null;
  page_title: string | null;
  referrer: string | null;
  language: string | null;
  user_agent: string | null;
  since: Instant;
  pages: number;
  visible: boolean;
  invitation: StandingInvitation | null;
}

export interface StandingInvitation {
  by: Named;
  until: Instant;
  /** The visitor has put it away. */
  dismissed: boolean;
}

/** `result` of visits. */
export interface Visits {
  /** Whether any profile that the agent may see tells of its visits. */
  shown: boolean;
  /** Nobody can say just now. */
  away: boolean;
  visits: Visit[];
  total: number;
}
