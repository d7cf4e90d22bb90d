/** The shape of a conversation while it is being fetched; shown only when that takes a moment. */
export function Resuming() {
  return (
    <div class="screen resuming" aria-hidden="true">
      <i class="bone" />
      <i class="bone" />
      <i class="bone own" />
      <i class="bone" />
    </div>
  );
}
