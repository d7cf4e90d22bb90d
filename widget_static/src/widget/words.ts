/**
 * Every sentence of the widget: the seed's keys and our own. The page may replace each by its key in
 * `language`.
 */
import { DEFAULT_LANGUAGE } from "../loader/language";

const OWN_WORDS = {
  greetingTitle: "How can we help?",
  more: "More",
  fullScreen: "Full screen",
  exitFullScreen: "Exit full screen",
  you: "You",
  joined: "@@@ joined",
  left: "@@@ left",
  endedByYou: "You ended the chat",
  endedByOther: "@@@ ended the chat",
  endedIdle: "The chat was ended because nobody wrote for a while",
  sending: "Sending",
  sent: "Sent @@@",
  seen: "Seen @@@",
  waitingToBeSent: "Waiting to be sent",
  notSent: "Not sent yet. We’ll keep trying.",
  retryNow: "Retry now",
  refused: "Not sent.",
  edit: "Edit",
  reconnecting: "Reconnecting. What you write is kept.",
  tryNow: "Try now",
  notAdmitted: "Chat is not possible on this page at the moment.",
  waitingExplained: "You can write more or close this window. The answer will be here.",
  endQuestion: "End this chat?",
  endExplained: "You can start a new one at any time.",
  endThanks: "Thank you for writing to us.",
  closedNow: "Closed now",
  unavailableTitle: "We’re away right now",
  backAt: "We’re back @@@ at ###.",
  unavailableExplained: "Nobody can answer at the moment. Please come back later.",
  tooLong: "@@@ characters too many",
  toEnd: "Go to the newest message",
} as const;

export type Words = { readonly [Key in keyof typeof DEFAULT_LANGUAGE | keyof typeof OWN_WORDS]: string };

/** The page's words before the widget's own. */
export function wordsFrom(overrides: Readonly<Record<string, string>>): Words {
  return { ...DEFAULT_LANGUAGE, ...OWN_WORDS, ...overrides };
}

/** The sentence with its `@@@`, and where it has one its `###`, filled in. */
export function fill(sentence: string, value: string | number, second = ""): string {
  return sentence.replaceAll("@@@", () => String(value)).replace("###", second);
}
