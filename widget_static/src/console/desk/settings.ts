/** What administrators set: how chats come to agents at each entrance, and what each agent takes. Counterpart: hub/rest/halo. */
import type { Named } from "../../shared/frames";
import type { HubCalls, Outcome } from "../hub";

const MOST = 1_000;

/** Of a profile, as the hub names its members; seconds, where 0 is never. */
export interface Entrance {
  readonly id: string;
  readonly name: string;
  /** 0 agents choose · 1 in turn · 2 fewest chats first. */
  readonly _routing: number;
  readonly _routing_teams: readonly number[];
  readonly agent_roles: readonly number[];
  /** 0 does not matter · 1 comes first · 2 is needed for a while. */
  readonly _routing_language: number;
  readonly _routing_language_seconds: number;
  readonly _offer_seconds: number;
  readonly _release_seconds: number;
  readonly _max_wait_seconds: number;
  readonly _abandon_seconds: number;
  readonly _first_answer_seconds: number;
  readonly _next_answer_seconds: number;
  readonly _visits: boolean;
  readonly _draft_preview: boolean;
}

export interface StaffMember extends Named {
  readonly is_admin: boolean;
  readonly team_ids: readonly number[];
  readonly role_ids: readonly number[];
  readonly languages: readonly string[];
  /** How many chats at a time; null: without limit. */
  readonly capacity: number | null;
}

export interface House {
  readonly entrances: readonly Entrance[];
  readonly staff: readonly StaffMember[];
  readonly teams: readonly Named[];
}

export class Settings {
  constructor(private readonly hub: HubCalls) {}

  async load(): Promise<Outcome<House>> {
    const [profiles, staff, teams] = await Promise.all([
      this.hub.get<{ chatprofiles: Entrance[] }>(`/ChatProfile?count=${MOST}`),
      this.hub.get<StaffMember[]>(`/Agent?count=${MOST}`),
      this.hub.get<Named[]>(`/Team?count=${MOST}`),
    ]);
    if (!profiles.ok) return profiles;
    if (!staff.ok) return staff;
    if (!teams.ok) return teams;
    return { ok: true, value: { entrances: profiles.value.chatprofiles, staff: staff.value, teams: teams.value } };
  }

  /** Only what can be set here is sent: what somebody else changes meanwhile stays. */
  saveEntrance(entrance: Entrance): Promise<Outcome<Entrance>> {
    return this.hub.save("/ChatProfile", routingOf(entrance));
  }

  saveStaff({ id, team_ids, role_ids, languages, capacity }: StaffMember): Promise<Outcome<StaffMember>> {
    return this.hub.save("/Agent", { id, team_ids, role_ids, languages, capacity });
  }
}

function routingOf(entrance: Entrance): object {
  return {
    id: entrance.id,
    _routing: entrance._routing,
    _routing_teams: entrance._routing_teams,
    agent_roles: entrance.agent_roles,
    _routing_language: entrance._routing_language,
    _routing_language_seconds: entrance._routing_language_seconds,
    _offer_seconds: entrance._offer_seconds,
    _release_seconds: entrance._release_seconds,
    _max_wait_seconds: entrance._max_wait_seconds,
    _abandon_seconds: entrance._abandon_seconds,
    _first_answer_seconds: entrance._first_answer_seconds,
    _next_answer_seconds: entrance._next_answer_seconds,
    _visits: entrance._visits,
    _draft_preview: entrance._draft_preview,
  };
}
