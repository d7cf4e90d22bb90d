/** How a new message is told of: a sound and, where the page may, a notification; by one tab of several. */

// Tabs hear of one message within this time.
const QUIET_MS = 1_000;
const NOTES_HZ = [660, 880];
const NOTE_S = 0.12;

/** Plays the page's sound, or two short tones of our own, and calls `notify`; `name` is the same in all tabs. */
export async function alertOnce(address: string | null, name: string, notify: () => void): Promise<void> {
  const alert = async () => {
    notify();
    // Before the visitor has touched the page a browser plays nothing and complains.
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
    await (address ? new Audio(address).play() : playTones());
  };
  if (!("locks" in navigator)) return alert();
  await navigator.locks.request(`${name}_sound`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    // The others have heard of it by then, whatever comes of the sound.
    await Promise.allSettled([alert(), new Promise((resolve) => setTimeout(resolve, QUIET_MS))]);
  });
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
