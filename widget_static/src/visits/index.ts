/**
 * Tells the hub that somebody looks at the page, and shows an invitation to chat. Loaded where the profile asks for it, when the
 * page is idle; says nothing while the page is hidden.
 */
import type { App, Handover } from "../loader/handover";
import type { VisitAnswer, VisitBeat } from "../shared/visits";
import { describePage } from "../widget/page";
import { visitAfter, type KeptVisit } from "./kept_visit";

const WAIT_MS = 25_000;
// However often the hub has news.
const LEAST_PAUSE_MS = 1_000;
const PAUSE_MS = 30_000;
// Another address, or another token, is noticed by looking: pages and tabs change both without telling.
const LOOK_MS = 1_000;
const LATER = [429, 503];

export function watch({ config, kept }: Handover, load: () => Promise<App>): void {
  const url = `${config.chatServiceUrl}/realtime/visit?profile=${encodeURIComponent(config.configId)}`;
  const name = `${kept.name}_visit`;
  let visit = seePage();
  let request = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = "";
  let app: App | null = null;
  let shown: string | null = null;
  let dismissed: string | null = null;

  /** Another page of the visit. */
  function seePage(): KeptVisit {
    let found: string | null = null;
    try {
      found = localStorage.getItem(name);
    } catch {
      // Storage is blocked: every page is a visit of its own.
    }
    const seen = visitAfter(found, Date.now());
    keep(seen);
    return seen;
  }

  function keep(seen: KeptVisit): void {
    try {
      localStorage.setItem(name, JSON.stringify(seen));
    } catch {
      // As above.
    }
  }

  const place = () => location.href.split("#")[0]!;
  /** What may change without anybody telling. */
  const standing = () => `${place()} ${kept.token.load()}`;

  function describe(): VisitBeat {
    const isVisible = !document.hidden;
    return {
      ...describePage(),
      v: 1,
      key: config.configKey,
      visit: visit.id,
      for_s: (Date.now() - visit.since) / 1000,
      pages: visit.pages,
      visible: isVisible,
      knows: shown,
      dismisses: dismissed,
      wait_ms: isVisible ? WAIT_MS : 0,
    };
  }

  async function beat(): Promise<void> {
    clearTimeout(timer);
    request.abort();
    const { signal } = (request = new AbortController());
    const token = kept.token.load();
    told = standing();
    keep((visit = { ...visit, at: Date.now() }));
    let nextMs: number | null = PAUSE_MS;
    try {
      const response = await fetch(url, {
        method: "POST",
        credentials: "omit",
        // What is said last outlives the page.
        keepalive: document.hidden,
        headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify(describe()),
        signal,
      });
      if (response.ok) nextMs = await take((await response.json()) as VisitAnswer);
      else nextMs = LATER.includes(response.status) ? Number(response.headers.get("Retry-After")) * 1000 || PAUSE_MS : null;
    } catch {
      // The network is away, or something newer is being said.
    }
    if (signal.aborted) return;
    if (nextMs === null) clearInterval(looking);
    else if (!document.hidden) timer = setTimeout(beat, Math.max(LEAST_PAUSE_MS, nextMs));
  }

  /** When to come again. */
  async function take({ invitation, next_ms }: VisitAnswer): Promise<number> {
    const key = invitation?.key ?? null;
    if (key === shown || (key && key === dismissed)) return next_ms;
    if (key) app ??= await load();
    shown = key;
    app?.invite(invitation && { ...invitation, dismiss: () => dismiss(key) });
    return next_ms;
  }

  function dismiss(key: string | null): void {
    dismissed = key;
    shown = null;
    void beat();
  }

  const looking = setInterval(() => {
    if (document.hidden || told === standing()) return;
    if (!told.startsWith(`${place()} `)) visit = seePage();
    void beat();
  }, LOOK_MS);
  document.addEventListener("visibilitychange", () => void beat());
  void beat();
}
