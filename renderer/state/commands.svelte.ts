/** Everything that the palette can do. Views add their own commands while they are open. */

export interface Command {
  id: string;
  label: string;
  icon: string;
  /** Grey words behind the label. */
  hint?: string;
  keys?: string;
  /** Other words it is found by. */
  words?: string;
  run: () => void;
}

class Commands {
  #list = $state.raw<Command[]>([]);
  get list(): Command[] {
    return this.#list;
  }
  /** Adds commands until the function it gives back is called: the return value of an effect. */
  register(...added: Command[]): () => void {
    this.#list = [...this.#list, ...added];
    return () => {
      this.#list = this.#list.filter((one) => !added.includes(one));
    };
  }
}

export const commands = new Commands();
