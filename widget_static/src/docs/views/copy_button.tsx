/** Copies a text, and says so for a moment. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon";

const SAID_FOR_MS = 1_600;

export function CopyButton({ label, text }: { label: string; text(): string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void navigator.clipboard.writeText(text()).then(() => setCopied(true));
  return (
    <button type="button" class="button" onClick={copy}>
      <Icon name={isCopied ? "check" : "copy"} size={16} />
      <span aria-live="polite">{isCopied ? "Copied" : label}</span>
    </button>
  );
}
