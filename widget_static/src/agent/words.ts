/**
 * The sentences of agents: the seed's keys and our own, beside those that visitors read, too. The page may replace each
 * by its key in `language`; other languages are in `agent_languages`.
 */
import { wordsFrom, type Words } from "../widget/words";

export const AGENT_WORDS = {
  ticket: "Ticket",
  add: "Add",
  sendCanned: "Send a Canned Message",
  changeIcon: "Change Icon",
  newChatRequest: "New Chat Request",

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

export type AgentWords = Words & { readonly [Key in keyof typeof AGENT_WORDS]: string };
/** Those of another language that only agents read. */
export type OwnAgentWords = { readonly [Key in keyof typeof AGENT_WORDS]: string };

/** The page's words, and those of its language, before the English ones. */
export function agentWordsFrom(overrides: Readonly<Record<string, string>>): AgentWords {
  return { ...wordsFrom({}), ...AGENT_WORDS, ...overrides } as AgentWords;
}
