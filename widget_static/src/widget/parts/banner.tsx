/** The line that operators have scheduled for now; of several the first. */
import type { Profile } from "../../loader/profile";
import type { Scene } from "../scene";

export function Banner({ scene: { profile, state } }: { scene: Scene }) {
  const message = findBanner(profile._banners, Date.now() + state.clockAheadMs);
  return message ? (
    <p class="banner" dir="auto">
      {message}
    </p>
  ) : null;
}

/** What stands there at `now`, in milliseconds; null: nothing. */
export function findBanner(banners: Profile["_banners"], now: number): string | null {
  // What is not said is no number, and neither before nor after anything.
  const banner = banners.find(
    ({ startdate, enddate }) =>
      !(Date.parse(startdate!) > now) && !(Date.parse(enddate!) <= now),
  );
  return banner?.message ?? null;
}
