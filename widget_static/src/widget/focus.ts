/** Where the focus goes when something opens, and the Tab key inside a window that covers the page. */

/** Takes the focus from the last element to the first and back. */
export function loopFocus(event: KeyboardEvent): void {
  const window = event.currentTarget as HTMLElement;
  const stops = [...window.querySelectorAll<HTMLElement>("button:not([disabled]), textarea, a[href], [tabindex='0']")];
  const [first, last] = [stops[0], stops.at(-1)];
  const active = (window.getRootNode() as ShadowRoot).activeElement;
  const from = event.shiftKey ? first : last;
  if (active !== from && active !== window) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

/** As a `ref`: gives the focus to an element when it appears. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}
