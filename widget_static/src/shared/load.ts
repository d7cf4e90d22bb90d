/** Loads a module when it is first needed. */

/** The module at `address`, which has a query: the same one on every call, and tried anew after a failure. */
export function loaderOf<Module>(address: string): () => Promise<Module> {
  let loading: Promise<Module> | null = null;
  let attempt = 0;
  return () =>
    // Browsers remember an address whose module failed to load, so every attempt has its own.
    (loading ??= (import(attempt ? `${address}&attempt=${attempt}` : address) as Promise<Module>).catch((fault) => {
      loading = null;
      attempt += 1;
      throw fault;
    }));
}
