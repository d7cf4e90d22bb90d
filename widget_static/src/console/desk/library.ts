/** What the hub keeps beside the chats and every composer needs: canned texts and colleagues. */
import type { Named } from "../../shared/frames";
import type { HubCalls, Outcome } from "../hub";
import type { CannedText } from "../text/canned";
import type { Store } from "./store";

const MOST = 1_000;

export class Library {
  constructor(
    private readonly store: Store,
    private readonly hub: HubCalls,
  ) {}

  load(): void {
    void this.loadCanned();
    void this.loadColleagues();
  }

  async loadCanned(): Promise<void> {
    const found = await this.hub.get<CannedText[]>(`/CannedText?count=${MOST}`);
    if (found.ok) this.store.apply({ kind: "library_loaded", canned: found.value });
  }

  async loadColleagues(): Promise<void> {
    const found = await this.hub.get<Named[]>(`/Agent?count=${MOST}`);
    if (!found.ok) return;
    this.store.apply({ kind: "library_loaded", colleagues: found.value.map(({ id, name }) => ({ id, name })) });
  }

  async listTeams(): Promise<Named[]> {
    const found = await this.hub.get<Named[]>(`/Team?count=${MOST}`);
    return found.ok ? found.value.map(({ id, name }) => ({ id, name })) : [];
  }

  /** Makes a text, or changes the one with the id; the list is here anew when it could be saved. */
  async saveCanned(text: Partial<CannedText>): Promise<Outcome<CannedText>> {
    const saved = await this.hub.save<CannedText>("/CannedText", text);
    if (saved.ok) await this.loadCanned();
    return saved;
  }

  async removeCanned(id: number): Promise<Outcome<CannedText>> {
    const removed = await this.hub.remove<CannedText>(`/CannedText/${id}`);
    if (removed.ok) await this.loadCanned();
    return removed;
  }
}
