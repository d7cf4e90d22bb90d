/** Calls the agent when a colleague writes, as for a chat of their own: agents on pages have no such chats. */
import { shortNameFrom } from "../names";
import type { ConsoleState } from "../state/state";
import { talksWithNews, talkTitle } from "../state/talks";
import type { Notifier } from "./notifier";

/** One sound, one notification a chat; nothing for the one that stands before the agent's eyes. */
export function hearTalks({ senses, settings, onOpen }: Notifier, before: ConsoleState, after: ConsoleState): void {
  const isSeen = senses.isSeen();
  const talks = talksWithNews(before, after).filter(({ chat }) => !isSeen || after.open !== chat);
  if (talks.length === 0) return;
  if (settings.sounds.includes("message")) senses.play("message", settings.volume);
  if (isSeen || !settings.notifications.includes("message")) return;
  for (const talk of talks) {
    const { who, text } = talk.last!;
    const words = talk.pair ? text : `${shortNameFrom(who.name)}: ${text}`;
    senses.show(talkTitle(talk, after.me.id), words, `chat-${talk.chat}`, () => onOpen(talk.chat));
  }
}
