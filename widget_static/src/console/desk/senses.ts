/** The browser's ways to call somebody. */
import type { NewsKind } from "../state/news";
import type { Senses } from "./notifier";

// Two notes each, in hertz: told apart with the eyes closed, and none of them shrill.
const NOTES: Record<NewsKind, readonly [number, number]> = {
  waiting: [523, 784],
  message: [659, 659],
  mention: [784, 587],
  overdue: [440, 440],
};
const NOTE_S = 0.12;
const FADE_S = 0.25;
// At full volume; a tone of this kind is louder than speech of the same height.
const LOUDEST = 0.25;

export function browserSenses(agent: number): Senses {
  const name = `hub.console.${agent}.calls`;
  let context: AudioContext | null = null;
  return {
    load: () => withStorage((storage) => storage.getItem(name)) ?? null,
    save: (text) => withStorage((storage) => storage.setItem(name, text)),
    isSeen: () => document.visibilityState === "visible" && document.hasFocus(),
    play: (kind, volume) => {
      if (volume === 0) return;
      context ??= new AudioContext();
      // Before somebody has pressed anything on the page no browser lets it be heard.
      void context.resume();
      NOTES[kind].forEach((hertz, index) => playNote(context!, hertz, index * NOTE_S, volume));
    },
    show: (title, body, tag, onClick) => {
      if (!("Notification" in window) || Notification.permission !== "granted") return;
      const shown = new Notification(title, { body, tag });
      shown.onclick = () => {
        window.focus();
        shown.close();
        onClick();
      };
    },
  };
}

function playNote(context: AudioContext, hertz: number, delayS: number, volume: number): void {
  const [tone, gain] = [context.createOscillator(), context.createGain()];
  const start = context.currentTime + delayS;
  tone.type = "sine";
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume * LOUDEST, start + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + FADE_S);
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + FADE_S);
}

/** Storage may be blocked; the choice then holds until the page is left. */
function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
