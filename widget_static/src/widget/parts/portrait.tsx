/** A person as two letters on a colour of their own, or the profile as its picture or the chat's icon. */
import { hueFrom, initialsFrom } from "../initials";
import type { Scene } from "../scene";

export function PersonPortrait({ name, isPresent }: { name: string; isPresent?: boolean }) {
  return (
    <span class={`portrait person hue-${hueFrom(name)}`} aria-hidden="true">
      {initialsFrom(name)}
      {isPresent && <span class="presence" />}
    </span>
  );
}

/** `name`: of the person; without one it is the profile. */
export function Portrait({ name, scene: { profile, chatIcon }, isPresent }: { name?: string | false | undefined; scene: Scene; isPresent?: boolean }) {
  if (name) return <PersonPortrait name={name} isPresent={isPresent!} />;
  return (
    <span class="portrait profile" aria-hidden="true">
      {profile.icon ? (
        <img src={profile.icon} alt="" />
      ) : (
        <svg viewBox="0 0 24 24">
          {chatIcon.map((path) => (
            <path key={path} d={path} />
          ))}
        </svg>
      )}
      {isPresent && <span class="presence" />}
    </span>
  );
}
