/**
 * Every sentence of the widget: the seed's keys and our own. The page may replace each by its key in
 * `language`; other languages are in `languages`.
 */
import type { EXTRA_WORDS } from "../extras/words";
import { DEFAULT_LANGUAGE } from "../loader/language";

const OWN_WORDS = {
  greetingTitle: "How can we help?",
  more: "More",
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
  endThanks: "Thank you for writing to us.",
  closedNow: "Closed now",
  tooLong: "@@@ characters too many",
  toEnd: "Go to the newest message",
  attach: "Add files",
  emoji: "Emoji",
} as const;

/** Those of the extras are there once these are. */
export type Words = {
  readonly [Key in keyof typeof DEFAULT_LANGUAGE | keyof typeof OWN_WORDS | keyof typeof EXTRA_WORDS]: string;
};

/** The page's words, and those of its language, before the widget's English ones. */
export function wordsFrom(overrides: Readonly<Record<string, string>>, extras?: typeof EXTRA_WORDS): Words {
  return { ...DEFAULT_LANGUAGE, ...OWN_WORDS, ...extras, ...overrides } as Words;
}

/** The sentence with its `@@@`, and where it has one its `###`, filled in. */
export function fill(sentence: string, value: string | number, second = ""): string {
  return sentence.replaceAll("@@@", () => String(value)).replace("###", second);
}
