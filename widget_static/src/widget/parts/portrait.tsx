/** A person as two letters on a colour of their own, or the profile as its picture or the chat's icon. */
import { CHAT_ICON, CHAT_LINES } from "../../loader/svg";
import { hueFrom, initialsFrom } from "../initials";

export function PersonPortrait({ name, isPresent = false }: { name: string; isPresent?: boolean }) {
  return (
    <span class={`portrait person hue-${hueFrom(name)}`} aria-hidden="true">
      {initialsFrom(name)}
      {isPresent && <span class="presence" />}
    </span>
  );
}

export function ProfilePortrait({ icon, isPresent = false }: { icon: string; isPresent?: boolean }) {
  return (
    <span class="portrait profile" aria-hidden="true">
      {icon ? (
        <img src={icon} alt="" />
      ) : (
        <svg viewBox="0 0 24 24">
          <path d={CHAT_ICON} />
          <path d={CHAT_LINES} />
        </svg>
      )}
      {isPresent && <span class="presence" />}
    </span>
  );
}
