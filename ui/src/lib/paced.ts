/** An act that is done when it is asked for, after so many ms, and then at most once in `each` ms, the last asking always heard. */
export interface Paced {
  (): void;
  /** Nothing more is done. */
  stop: () => void;
}

export function paced(act: () => void, each: number, after = 0): Paced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  const go = (): void => {
    timer = undefined;
    last = performance.now();
    act();
  };
  const ask = (): void => {
    const wait = Math.max(after, last + each - performance.now());
    if (timer === undefined && wait <= 0) go();
    else timer ??= setTimeout(go, wait);
  };
  return Object.assign(ask, { stop: () => clearTimeout(timer) });
}
