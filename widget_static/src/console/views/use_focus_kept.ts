/** A drawing can take away or move the element in focus, and with it the place of who works by keyboard. */
import { useLayoutEffect } from "preact/hooks";

type Found = HTMLElement | null | undefined;

/**
 * Gives the focus on when this drawing takes it from inside `place`. `remember` is told the element before it may
 * go, and answers with how to find the one that follows it. Focus that is elsewhere is left alone.
 */
export function useFocusKept(
  place: { current: HTMLElement | null },
  remember: (focused: HTMLElement) => () => Found,
): void {
  const focused = document.activeElement as HTMLElement | null;
  const findNext = focused && place.current?.contains(focused) ? remember(focused) : null;
  useLayoutEffect(() => {
    if (findNext && document.activeElement === document.body) findNext()?.focus();
  });
}
