/**
 * Every sentence of the widget: the seed's keys and our own. The page may replace each in `language`, by the seed's key or,
 * where the seed has none, by the English sentence: our keys are for ourselves. Other languages are in `languages`.
 */
import { DEFAULT_LANGUAGE } from "../loader/language";

export const OWN_WORDS = {
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
  edited: "Edited",
  reconnecting: "Reconnecting. What you write is kept.",
  tryNow: "Try now",
  notAdmitted: "Chat is not possible on this page at the moment.",
  endThanks: "Thank you for writing to us.",
  closedNow: "Closed now",
  tooLong: "@@@ characters too many",
  draftsSeen: "Agents can see what you type",
  toEnd: "Go to the newest message",
  attach: "Add files",
  emoji: "Emoji",
  stillThere: "Are you still there?",
  stillExplained: "This chat closes at @@@.",
  stillHere: "I’m still here",
  introTitle: "Before we start",
  introExplained: "So the right person answers, and we can write to you if you have to leave.",
  name: "Name",
  email: "E-mail",
  optional: "@@@ (optional)",
  message: "Message",
  leaveMessage: "Leave a message",
  leaveExplained: "Leave a message and we’ll answer here and by e-mail.",
  isNeeded: "Please fill this in.",
  isNoEmail: "This is no complete address, such as you@example.com.",
  answer: "Answer",
  yes: "Yes",
  no: "No",
  howWasIt: "How was it?",
  oneTap: "One tap is enough.",
  poor: "Poor",
  good: "Very good",
  comment: "Anything to add?",
  thanks: "Thank you.",
  copied: "Copied",
  download: "Download",
  ready: "Ready",
  tooLarge: "Larger than @@@",
  fileFailed: "Not uploaded",
  endQuestion: "End this chat?",
  endExplained: "You can start a new one at any time.",
  fullScreen: "Full screen",
  exitFullScreen: "Exit full screen",
  waitingExplained: "You can write more or close this window. The answer will be here.",
  inLine: "You are number @@@ in line",
  joinsIn: "An agent joins in about @@@ min.",
  joinsBetween: "An agent joins in @@@ to ### min.",
  unavailableTitle: "We’re away right now",
  backAt: "We’re back @@@ at ###.",
  unavailableExplained: "Nobody can answer at the moment. Please come back later.",
} as const;

export type Words = { readonly [Key in keyof typeof DEFAULT_LANGUAGE | keyof typeof OWN_WORDS]: string };

/** The page's words before those of its language, and these before the English ones; `own`: what the seed has no keys for. */
export function wordsFrom(
  overrides: Readonly<Record<string, string>>,
  translation?: Readonly<Record<string, string>> | null,
  own: Readonly<Record<string, string>> = OWN_WORDS,
): Words {
  const told = Object.entries(own).map(([key, sentence]) => [key, overrides[sentence] ?? translation?.[key] ?? sentence]);
  return { ...DEFAULT_LANGUAGE, ...translation, ...overrides, ...Object.fromEntries(told) };
}

/** The sentence with its `@@@`, and where it has one its `###`, filled in. */
export function fill(sentence: string, value: string | number, second = ""): string {
  return sentence.replaceAll("@@@", () => String(value)).replace("###", second);
}
