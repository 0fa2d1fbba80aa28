/** A clock that shows minutes has nothing to do between them. */
const MINUTE = 60_000;

/** Told of each minute as it begins, until the returned function is called. */
export function minutes(act: (now: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(() => {
      act(Date.now());
      wait();
    }, MINUTE - (Date.now() % MINUTE));
  };
  wait();
  return () => clearTimeout(timer);
}
