/**
 * Abort signals for deadlines, shared by requests whose deadlines fall into the same hundredth of a second: a signal and
 * a timer for each request would cost a quarter of the time that a rule takes to serve.
 */

/** Deadlines are met this much late at most, and never early. */
const stepMs = 10;

interface Deadline {
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
  waiting: number;
}

export class Deadlines {
  readonly #open = new Map<number, Deadline>();

  /** Runs `work` with a signal that aborts, with a TimeoutError, `ms` from now. */
  async within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const at = Math.ceil((performance.now() + ms) / stepMs);
    const deadline = this.#open.get(at) ?? this.#start(at);
    deadline.waiting++;
    try {
      return await work(deadline.controller.signal);
    } finally {
      deadline.waiting--;
    }
  }

  /** Aborts everything that is waiting, with an AbortError. */
  cut(reason: string): void {
    for (const { controller } of this.#open.values()) controller.abort(new DOMException(reason, "AbortError"));
  }

  #start(at: number): Deadline {
    this.#forgetUnused();
    const controller = new AbortController();
    const pass = () => controller.abort(new DOMException("the deadline passed", "TimeoutError"));
    const timer = setTimeout(pass, at * stepMs - performance.now()).unref();
    const deadline = { controller, timer, waiting: 0 };
    this.#open.set(at, deadline);
    return deadline;
  }

  #forgetUnused(): void {
    for (const [at, { timer, waiting }] of this.#open) {
      if (waiting > 0) continue;
      clearTimeout(timer);
      this.#open.delete(at);
    }
  }
}
