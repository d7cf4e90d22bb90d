/**
 * The heartbeat, loaded where websockets do not get through: few pages ever need it.
 *
 * Counterpart: src/shared/beats.ts, built as a file of its own.
 */
import { loaderOf } from "../shared/load";
import type { Beat, Socket } from "../shared/world";

/** Name and version of its file beside the widget's, put in by the build. */
declare const BEATS_FILE: string;

const load = loaderOf<{ beat: Beat }>(`./${BEATS_FILE}`);

/** A socket from the start; what stands behind it comes a moment later. */
export const beatOnceLoaded: Beat = (options, world) => {
  let loaded: Socket | null = null;
  let isClosed = false;
  const socket: Socket = {
    onopen: () => {},
    onframe: () => {},
    onclose: () => {},
    send: (frame) => loaded?.send(frame),
    close() {
      isClosed = true;
      loaded?.close();
    },
  };
  load().then(
    ({ beat }) => {
      if (isClosed) return;
      loaded = beat(options, world);
      loaded.onopen = () => socket.onopen();
      loaded.onframe = (frame) => socket.onframe(frame);
      loaded.onclose = (code) => socket.onclose(code);
    },
    () => {
      if (!isClosed) socket.onclose(1006);
    },
  );
  return socket;
};
