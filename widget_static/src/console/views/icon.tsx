/** One family of stroke icons on a 24 grid. */

const PATHS = {
  inbox: "M3.5 13.5h4.6l1.6 2.6h4.6l1.6-2.6h4.6M5.8 5.6 3.5 13.5v3.7a2 2 0 0 0 2 2h13a2 2 0 0 0 2-2v-3.7l-2.3-7.9a2 2 0 0 0-1.9-1.4H7.7a2 2 0 0 0-1.9 1.4Z",
  person: "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.75 20a7.25 7.25 0 0 1 14.5 0",
  check: "M8.4 12.2l2.5 2.5 5-5.4M20.5 12a8.5 8.5 0 1 1-4.6-7.55",
  accept: "M5 12.6l4.4 4.4L19 7.4",
  back: "M14.5 5.5 8 12l6.5 6.5",
  close: "M6 6l12 12M18 6 6 18",
  lock: "M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v6.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5V12a1.5 1.5 0 0 1 1.5-1.5ZM8.25 10.5V7.75a3.75 3.75 0 0 1 7.5 0v2.75",
  up: "M12 19V5.5M6.5 11 12 5.5l5.5 5.5",
  down: "M12 5v13.5M6.5 13l5.5 5.5 5.5-5.5",
  keyboard: "M5 6.5h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM7 10.25h.01M10.33 10.25h.01M13.66 10.25h.01M17 10.25h.01M8.5 13.75h7",
  leave: "M14.5 8V6a2 2 0 0 0-2-2h-6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2v-2M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5",
  mark: "M12 4.5a7.5 7.5 0 1 0 0 15h6a1.5 1.5 0 0 0 1.5-1.5v-6A7.5 7.5 0 0 0 12 4.5ZM9 12h6",
  alert: "M12 8v4.75M12 16h.01M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
  details: "M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2ZM14.5 4.5v15",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  hand_over: "M4 8h13M13.5 4.5 17 8l-3.5 3.5M20 16H7M10.5 12.5 7 16l3.5 3.5",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside words or inside a named button; readers skip it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
