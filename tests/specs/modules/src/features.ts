export enum Colour {
  Red,
  Green,
}

export interface Point {
  x: number;
  y: number;
}

export class Decorated {
  static #count = 0;
  constructor(private readonly value: number) {
    Decorated.#count += 1;
  }
  get twice(): number {
    return this.value * 2 * Decorated.#count;
  }
}
