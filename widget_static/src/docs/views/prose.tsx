/** Sentences of the description: paragraphs, and `code` between backticks. */

export function Prose({ text }: { text: string }) {
  const paragraphs = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim());
  return (
    <>
      {paragraphs.map((paragraph) => (
        <p key={paragraph} class="prose">
          <Words text={paragraph} />
        </p>
      ))}
    </>
  );
}

/** One line of it, for where a paragraph would be too much. */
export function Words({ text }: { text: string }) {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
