/**
 * The texts of the property `language` and their defaults. `@@@` stands for the number or the name a sentence
 * is about. `ticket`, `add`, `sendCanned`, `changeIcon` and `newChatRequest` are said to agents alone (`agent/words.ts`).
 */

/** The only one that the loader says by itself. */
export const NEW_CHAT_NAME = "Start a new Chat";

export const DEFAULT_LANGUAGE = {
  newChatName: NEW_CHAT_NAME,
  liveChatName: "Live Chat",
  ended: "Ended",
  unreadCount: "@@@ unread message(s)",
  remove: "Remove",
  dangerousMessage: "Content has been blocked due to being potentially dangerous",
  loadOld: "Load older messages",
  chatDetails: "Chat Details",
  save: "Save",
  cancel: "Cancel",
  close: "Close",
  namePlaceholder: "Enter a name for this Chat",
  copyTranscript: "Copy Transcript",
  endChat: "End this Chat",
  restartChat: "Restart Chat",
  participants: "Participants",
  messagePlaceholder: "Type your message and press Enter to send",
  send: "Send",
  isTyping: "@@@ is typing",
  waitingForAgent: "Waiting for an Agent to join",
} as const;
