/** Ties what is drawn to a desk's state and to the clock. */
import { useEffect, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import type { ConsoleState } from "../state/state";

/** The desk's state; the component is drawn again with each new one. */
export function useDesk(desk: Desk): ConsoleState {
  const [state, setState] = useState(desk.state);
  useEffect(() => {
    setState(desk.state);
    return desk.store.subscribe(setState);
  }, [desk]);
  return state;
}

/** The hub's time, fresh at least every `everyMs`. */
export function useHubNow(desk: Desk, everyMs: number): number {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return desk.hubNow();
}
