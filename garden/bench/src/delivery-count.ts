/** Counts deliveries up to the last one that is expected. */
export class DeliveryCount {
  readonly complete: Promise<void>;
  readonly #expected: number;
  #isComplete: () => void = () => undefined;
  #delivered = 0;

  constructor(expected: number) {
    this.#expected = expected;
    this.complete = new Promise((resolve) => {
      this.#isComplete = resolve;
    });
  }

  readonly add = (): void => {
    this.#delivered += 1;
    if (this.#delivered === this.#expected) this.#isComplete();
  };
}
