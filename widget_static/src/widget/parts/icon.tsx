/** The icons of the window: one stroke family on a 24 grid. */

const PATHS = {
  alert: "M12 8v4.5M12 16h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  attach: "m20 11.5-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7",
  check: "M8.5 12.2l2.4 2.4 4.6-5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "m6 6 12 12M18 6 6 18",
  down: "m6 9.5 6 6 6-6",
  emoji: "M8.5 14.2a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  file: "M13.5 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V8l-5-5ZM13.5 3v5h5M9 13h6M9 16.5h4",
  grow: "M4 9V4h5M20 15v5h-5M15 4h5v5M9 20H4v-5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  next: "m10 6 6 6-6 6",
  pen: "M4 20l1-4.2L15.8 5a1.9 1.9 0 0 1 2.7 0l.5.5a1.9 1.9 0 0 1 0 2.7L8.2 19 4 20ZM13.5 7.3l3.2 3.2",
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
