/** What a page can ask for by events, by their names. What it says is read here; wrong details are left alone. */
import type { App } from "./handover";
import { readBoolean, readNumber, readPixels, readPosition } from "./readers";
import type { Stage } from "./stage";

type Act = (app: App, detail: unknown, stage: Stage) => void;

/** The members of what a page says, if it has any. */
const membersOf = (detail: unknown) => Object(detail) as Readonly<Record<string, unknown>>;

/** Empty for what is none. */
function idTokenFrom(detail: unknown): string {
  const { id_token } = membersOf(detail);
  return typeof id_token === "string" ? id_token : "";
}

export const INBOUND: Readonly<Record<string, Act>> = {
  ["openChatWindow"](app, detail) {
    app.openAs(idTokenFrom(detail), readBoolean(membersOf(detail)["retainPreviousChat"]));
  },
  ["closeChatWindow"]: (app) => app.close(),
  ["loginStateChanged"]: (app) => app.forget(),
  ["toggleFullScreen"](app, detail) {
    const isWanted = readBoolean(detail);
    if (isWanted !== undefined || detail == null) app.toggleFullScreen(isWanted);
  },
  ["resize"](app, detail) {
    const { width, height } = membersOf(detail);
    app.resize(readPixels(width), readPixels(height));
  },
  ["reposition"](_, detail, stage) {
    const position = readPosition(detail);
    if (position) stage.moveTo(position);
  },
  ["repositionBubble"](_, detail, stage) {
    const { x, y } = membersOf(detail);
    moveBubble(stage.spot, readNumber(x), readNumber(y));
  },
  ["upgradeAnonChat"]: (app, detail) => app.upgrade(idTokenFrom(detail)),
  ["toggleMenu"]: (app) => app.toggleMenu(),
  ["endChat"]: (app) => app.askToEnd(),
};

/** Its middle goes to this point of the screen, as far as it stays on the screen. */
function moveBubble({ style, offsetWidth, offsetHeight }: HTMLElement, x: number, y: number): void {
  if (!Number.isFinite(x + y)) return;
  const within = (at: number, size: number, all: number) => Math.max(0, Math.min(at - size / 2, all - size));
  style.inset = `${within(y, offsetHeight, innerHeight)}px auto auto ${within(x, offsetWidth, innerWidth)}px`;
}
