/** What stands here before an operation is chosen. */
import type { Description } from "../description";
import { Method } from "./method";
import { Prose, Words } from "./prose";

export function Welcome({ description }: { description: Description }) {
  return (
    <div class="welcome">
      <h1>The hub’s API</h1>
      <Prose text={description.words} />
      <p class="prose">
        Choose an operation, sign in, and try it right here. The whole description is at <a href="/api/openapi.json">/api/openapi.json</a>.
      </p>
      <ul class="overview">
        {description.groups.map(({ tag, description: words, operations }) => (
          <li key={tag}>
            <h2>{tag}</h2>
            {words && <p>{words}</p>}
            <ul>
              {operations.map(({ id, method, summary }) => (
                <li key={id}>
                  <a class="entry" href={`#${id}`}>
                    <Method method={method} />
                    <span class="overview-words">
                      <Words text={summary} />
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
}
