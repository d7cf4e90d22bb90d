/** Text of a person, with its links; never more than text. */
import { partsFrom } from "../../shared/text";

export function Linked({ text }: { text: string }) {
  return (
    <>
      {partsFrom(text).map((part, index) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
