/** What a page says of who its visitor is. */

/** Who the visitor is, on its way to the hub. */
export interface Proof {
  idToken: string;
  /** The command of an upgrade; null: a chat is to be opened. */
  cid: string | null;
  /** Whether an open chat of the user is taken up, or else ended. */
  isChatRetained: boolean;
  /** Whether the command has been sent. */
  isSaid: boolean;
  /** Whether hello says it and welcome answers: from the start, or when the reply to the command was lost. */
  isInHello: boolean;
}
