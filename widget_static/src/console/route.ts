/** The open chat in the address (`#17`), so that reload, back and a shared link find it again. */

/** The chat that the address names, or null. */
export function chatFromHash(hash: string): number | null {
  const match = /^#(\d{1,10})$/.exec(hash);
  return match ? Number(match[1]) : null;
}

/** Makes the address name `chat`. From the bare inbox that is a step that Back undoes; between chats it is none. */
export function goToChat(chat: number): void {
  const address = `#${chat}`;
  if (location.hash === address) return;
  if (chatFromHash(location.hash) === null) history.pushState({ hasInboxBelow: true }, "", address);
  else history.replaceState(history.state, "", address);
}

/** Back to the bare inbox, by the browser's own Back where that leads there. */
export function goToInbox(): void {
  if (chatFromHash(location.hash) === null) return;
  if ((history.state as { hasInboxBelow?: boolean } | null)?.hasInboxBelow) history.back();
  else history.replaceState(null, "", location.pathname + location.search);
}
