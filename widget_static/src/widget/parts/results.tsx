/** Articles and services that were found, on one surface. */
import type { MessageData } from "../../shared/frames";
import type { Scene } from "../scene";
import { linkTo } from "./files";
import { Icon } from "./icon";

export function Results({ of }: { of: MessageData; scene: Scene }) {
  return (
    <ul class="results">
      {[...(of.kb_results ?? []), ...(of.service_results ?? [])].map(({ id, name, description, link }) => (
        <li key={id}>
          <a {...linkTo(safe(link))}>
            <span>
              <b dir="auto">{name}</b>
              {description && <span dir="auto">{description}</span>}
            </span>
            {link && <Icon name="next" />}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Only addresses of the web are followed. */
function safe(link: string | null | undefined): string | undefined {
  return link && /^https?:/i.test(link) ? link : undefined;
}
