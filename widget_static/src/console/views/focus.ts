/** Moving the focus between the panes. The rows, the heading and the field are found as they stand in the page. */

/** Matches the fold to one pane in styles/panes.css. */
const ONE_PANE = "(width < 760px)";

export function isOnePane(): boolean {
  return matchMedia(ONE_PANE).matches;
}

export function isFocusInConversation(): boolean {
  return document.activeElement?.closest(".conversation, .visitor") != null;
}

export function isFocusInInbox(): boolean {
  return document.activeElement?.closest(".inbox") != null;
}

/** Focuses the field of the search, which is about to be drawn. */
export function focusSearch(): void {
  whenDrawn(() => document.getElementById("search")?.focus());
}

/** Opens or closes the filters, as a press on their button does. */
export function pressFilters(): void {
  whenDrawn(() => document.querySelector<HTMLElement>(".inbox [data-filters]")?.click());
}

/** Focuses the row `step` further in the list; without one in focus, the row that Tab would reach. */
export function moveInRows(step: 1 | -1): void {
  const rows = allRows();
  const index = rows.indexOf(document.activeElement as HTMLElement);
  const start = rows.find((row) => row.tabIndex === 0) ?? rows[0];
  (index < 0 ? start : rows[index + step])?.focus();
}

/** Focuses the row of `chat`, else the first. */
export function focusRow(chat: number | null): void {
  whenDrawn(() => {
    const rows = allRows();
    (rows.find((row) => row.dataset["chat"] === String(chat)) ?? rows[0])?.focus();
  });
}

/** Focuses the first row of the list that is about to be drawn. */
export function focusFirstRow(): void {
  whenDrawn(() => allRows()[0]?.focus());
}

/** The visit whose row has the focus, when its visitor can be invited. */
export function findFocusedVisit(): string | null {
  const row = document.activeElement?.closest<HTMLElement>(".row.visit[aria-expanded]");
  return row?.dataset["visit"] ?? null;
}

/** How to find what follows `lost` in the list: the row of its chat, else the row in its place, else the tab. */
export function rowAfter(lost: HTMLElement): () => HTMLElement | null | undefined {
  const index = allRows().indexOf(lost);
  return () => {
    const rows = allRows();
    return (
      rows.find((row) => row.dataset["chat"] === lost.dataset["chat"]) ??
      rows[Math.max(index, 0)] ??
      rows.at(-1) ??
      document.querySelector<HTMLElement>(".tab[aria-selected=true]")
    );
  };
}

/** How to find what follows `lost` in the conversation: the log where it stood there, else the name. */
export function placeAfter(lost: HTMLElement): () => HTMLElement | null | undefined {
  const frame = lost.closest(".log-frame");
  return () => frame?.querySelector<HTMLElement>(".log") ?? document.getElementById("conversation-name");
}

/** Focuses the conversation's name, where readers begin. */
export function focusConversation(): void {
  whenDrawn(() => document.getElementById("conversation-name")?.focus());
}

/** Focuses the field one writes in, if there is one. */
export function focusField(): void {
  whenDrawn(() => document.querySelector<HTMLTextAreaElement>(".composer textarea")?.focus());
}

function allRows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".row")];
}

/**
 * A change is drawn in a microtask; the next one finds it in the page. Waiting for a frame instead would lose
 * the keys that a fast typist presses meanwhile.
 */
function whenDrawn(act: () => void): void {
  queueMicrotask(act);
}
