/** The name of the node that a value comes from; a value that no node makes is its own. */
export function producer(value: string): string {
  return /^n\d+_/.test(value) ? value.split(':', 1)[0]! : value;
}
