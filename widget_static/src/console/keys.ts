/** Which act a key press means. */

export type KeyAct = "next" | "previous" | "search" | "filters" | "reply" | "note" | "whisper" | "accept" | "end" | "back" | "palette" | "keys" | "site" | "invite" | "talks" | "write";

export interface KeyPress {
  key: string;
  isTyping: boolean;
  hasModifier: boolean;
  /** Ctrl and K, or Command and K. */
  isPalette?: boolean;
}

/** The keys as they are shown to people, in the order of a chat's life. */
export const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["Ctrl", "K"], does: "Everything that can be done" },
  { keys: ["J", "K"], does: "Next and previous chat in the list" },
  { keys: ["Enter"], does: "Open the chat" },
  { keys: ["/"], does: "Search all chats" },
  { keys: ["F"], does: "Filters" },
  { keys: ["V"], does: "Visitors on the site, and back" },
  { keys: ["I"], does: "Invite a visitor to chat" },
  { keys: ["C"], does: "Chats with colleagues, and back" },
  { keys: ["M"], does: "Write to colleagues" },
  { keys: ["A"], does: "Accept" },
  { keys: ["R"], does: "Reply" },
  { keys: ["N"], does: "Note for colleagues" },
  { keys: ["W"], does: "Whisper to the agent of a chat, for supervisors" },
  { keys: ["E"], does: "End the chat" },
  { keys: ["Esc"], does: "Back" },
  { keys: ["?"], does: "Show these keys" },
];

const ACTS: Readonly<Record<string, KeyAct>> = {
  j: "next",
  k: "previous",
  r: "reply",
  n: "note",
  w: "whisper",
  a: "accept",
  e: "end",
  f: "filters",
  v: "site",
  i: "invite",
  c: "talks",
  m: "write",
  "/": "search",
  "?": "keys",
};

/** The act, or null. In a field letters are text and only Escape acts; with Ctrl, Alt or Meta keys are the browser's. */
export function actFrom(press: KeyPress): KeyAct | null {
  if (press.isPalette) return "palette";
  if (press.hasModifier) return null;
  if (press.key === "Escape") return "back";
  if (press.isTyping) return null;
  return ACTS[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
}
