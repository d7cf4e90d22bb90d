/** The icons of the window: one stroke family on a 24 grid. */

const PATHS = {
  alert: "M12 8v4.5M12 16h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  check: "M8.5 12.2l2.4 2.4 4.6-5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "m6 6 12 12M18 6 6 18",
  down: "m6 9.5 6 6 6-6",
  grow: "M4 9V4h5M20 15v5h-5M15 4h5v5M9 20H4v-5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  shrink: "M9 4v5H4M15 20v-5h5M20 9h-5V4M4 15h5v5",
  turning: "M12 3a9 9 0 1 1-6.4 2.7",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
