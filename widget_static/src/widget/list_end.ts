/** The end of the messages stays in view while the reader is there; a reader who scrolled up stays where they are. */
import type { State } from "./state";

// Close enough to the end to count as there.
const END_PX = 48;

/** Where the reader of a list is, and what stood there at its last drawing. */
interface Place {
  isAtEnd: boolean;
  topPx: number;
  heightPx: number;
  firstSeq: number;
  said: number;
}

const places = new WeakMap<HTMLElement, Place>();

/** To be called after each drawing of `list`. */
export function keepPlace(list: HTMLElement, { transcript: { events, pending } }: State): void {
  const place = places.get(list) ?? begin(list);
  const firstSeq = events[0]?.seq ?? 0;
  if (place.isAtEnd || pending.length > place.said) goToEnd(list);
  else if (firstSeq < place.firstSeq) list.scrollTop += list.scrollHeight - place.heightPx;
  Object.assign(place, { firstSeq, said: pending.length, heightPx: list.scrollHeight });
}

/** To be called when `list` has been scrolled. */
export function look(list: HTMLElement): void {
  const place = places.get(list)!;
  const { scrollHeight, scrollTop, clientHeight } = list;
  const isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
  // Only the reader scrolls up. Where the end has moved away below, the list goes after it.
  if (!isAtEnd && place.isAtEnd && scrollTop >= place.topPx) goToEnd(list);
  else setPlace(list, isAtEnd);
}

export function goToEnd(list: HTMLElement): void {
  list.scrollTop = list.scrollHeight;
  setPlace(list, true);
}

function begin(list: HTMLElement): Place {
  const place: Place = { isAtEnd: true, topPx: 0, heightPx: 0, firstSeq: 0, said: 0 };
  places.set(list, place);
  // The list gets smaller when the composer grows or a keyboard comes up.
  new ResizeObserver(() => {
    place.heightPx = list.scrollHeight;
    if (place.isAtEnd) goToEnd(list);
  }).observe(list);
  return place;
}

function setPlace(list: HTMLElement, isAtEnd: boolean): void {
  Object.assign(places.get(list)!, { isAtEnd, topPx: list.scrollTop });
  list.classList.toggle("behind", !isAtEnd);
}
