/**
 * The texts of the property `language` and their defaults. `@@@` stands for the number or the name a sentence
 * is about.
 */

/** The only one that the loader says by itself. */
export const NEW_CHAT_NAME = "Start a new Chat";

export const DEFAULT_LANGUAGE = {
  newChatName: NEW_CHAT_NAME,
  liveChatName: "Live Chat",
  ticket: "Ticket",
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
  add: "Add",
  sendCanned: "Send a Canned Message",
  messagePlaceholder: "Type your message and press Enter to send",
  changeIcon: "Change Icon",
  send: "Send",
  newChatRequest: "New Chat Request",
  isTyping: "@@@ is typing",
  waitingForAgent: "Waiting for an Agent to join",
} as const;
