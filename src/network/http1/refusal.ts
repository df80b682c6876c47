/** A message that breaks HTTP/1.1 or a limit; `status` is what the sender is told. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
  }
}
