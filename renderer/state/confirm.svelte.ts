/** "Are you sure?", asked only for what cannot be undone: Stop and Delete. */

export interface Question {
  title: string;
  text: string;
  /** The verb on the button that goes ahead. */
  action: string;
}

class Confirm {
  question = $state.raw<Question>();
  #answer: ((yes: boolean) => void) | undefined;

  /** Shows the question; true when the user goes ahead. */
  ask(question: Question): Promise<boolean> {
    this.#answer?.(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }
  reply(yes: boolean): void {
    this.question = undefined;
    this.#answer?.(yes);
    this.#answer = undefined;
  }
}

export const confirm = new Confirm();
