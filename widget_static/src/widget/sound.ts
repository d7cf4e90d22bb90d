/** How a new message is told of: a sound and, where the page may, a notification; by one tab of several. */

const NOTES_HZ = [660, 880];
const NOTE_S = 0.12;

// Processes of a browser learn late of what another has stored, under load after seconds.
const STORED_WITHIN_MS = 10_000;

/**
 * Plays the page's sound, or two short tones of our own, and calls `notify`; `name` is the same in all tabs, `chat` and
 * `seq` say of what is told.
 */
export async function alertOnce(
  address: string | null,
  name: string,
  chat: string,
  seq: number,
  notify: () => void,
): Promise<void> {
  const key = `${name}_told`;
  const tell = async () => {
    if (!noteTold(key, chat, seq)) return;
    notify();
    // Before the visitor has touched the page a browser plays nothing and complains.
    if (navigator.userActivation?.hasBeenActive !== false) await (address ? new Audio(address).play() : playTones());
  };
  if (!("locks" in navigator)) return tell();
  // The tab that has the lock tells, and keeps it until the others can read that it has.
  await navigator.locks
    .request(`${key} ${chat} ${seq}`, { ifAvailable: true }, async (lock) => {
      if (lock) await Promise.allSettled([tell(), new Promise((resolve) => setTimeout(resolve, STORED_WITHIN_MS))]);
    })
    .catch(tell);
}

/** False when a tab has told of this already; where nothing can be kept, each of them tells. */
function noteTold(key: string, chat: string, seq: number): boolean {
  try {
    const [toldChat, toldSeq] = (localStorage.getItem(key) ?? "").split(" ");
    if (toldChat === chat && Number(toldSeq) >= seq) return false;
    localStorage.setItem(key, `${chat} ${seq}`);
  } catch {
    // Storage is blocked or full.
  }
  return true;
}

function playTones(): void {
  const context = new AudioContext();
  const volume = new GainNode(context, { gain: 0.05 });
  volume.connect(context.destination);
  NOTES_HZ.forEach((frequency, index) => {
    const note = new OscillatorNode(context, { frequency });
    note.connect(volume);
    note.start(context.currentTime + index * NOTE_S);
    note.stop(context.currentTime + (index + 1) * NOTE_S);
    if (index > 0) note.onended = () => void context.close();
  });
}
