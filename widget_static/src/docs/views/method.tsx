/** The method as a small word in its own colour. */

export function Method({ method, isLarge = false }: { method: string; isLarge?: boolean }) {
  return (
    <span class="method" data-method={method} data-large={isLarge}>
      {method === "DELETE" && !isLarge ? <abbr title="DELETE">DEL</abbr> : method}
    </span>
  );
}
