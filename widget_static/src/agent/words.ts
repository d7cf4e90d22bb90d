/**
 * The sentences of agents: the seed's keys and our own, beside those that visitors read, too. The page may replace each
 * in `language`, as with those; other languages are in `agent_languages`.
 */
import { OWN_WORDS, wordsFrom, type Words } from "../widget/words";

const AGENT_LANGUAGE = {
  ticket: "Ticket",
  add: "Add",
  sendCanned: "Send a Canned Message",
  changeIcon: "Change Icon",
  newChatRequest: "New Chat Request",
} as const;

const OWN_AGENT_WORDS = {
  accept: "Accept",
  decline: "Decline",
  back: "Back to all chats",
  myChats: "My chats",
  noChats: "No chats right now",
  noChatsExplained: "New requests appear here by themselves.",
  available: "Available",
  away: "Away",
  takesChats: "Take new chats",
  since: "Waiting since @@@",
  handsOver: "@@@ hands over this chat",
  invitesYou: "@@@ asks you to join",
  offersIt: "This chat is held out to you",
  invited: "@@@ has been asked to join",
  notKnown: "Who are you?",
  notKnownExplained: "This page has not said which agent is here. Sign in on it, or load it again.",
  search: "Search",
  noCanned: "No canned message fits.",
  noColleagues: "No colleague is here.",
  noIcon: "No icon",
  signedInAs: "Signed in as @@@",
  meanwhile: "@@@ wrote meanwhile",
  sendAnyway: "Send all the same",
  discard: "Discard",
  takenBy: "@@@ has this chat.",
} as const;

export const AGENT_WORDS = { ...AGENT_LANGUAGE, ...OWN_AGENT_WORDS };

export type AgentWords = Words & { readonly [Key in keyof typeof AGENT_WORDS]: string };
/** Those of another language that only agents read. */
export type OwnAgentWords = { readonly [Key in keyof typeof AGENT_WORDS]: string };

/** The page's words before those of its language, and these before the English ones. */
export function agentWordsFrom(overrides: Readonly<Record<string, string>>, translation?: Partial<AgentWords> | null): AgentWords {
  return { ...AGENT_LANGUAGE, ...wordsFrom(overrides, translation, { ...OWN_WORDS, ...OWN_AGENT_WORDS }) } as AgentWords;
}
