/**
 * What is still to happen in virtual time, earliest first; what falls on one instant keeps the order
 * in which it was scheduled, so that a life runs the same way each time.
 */
export class EventQueue<Event> {
  private readonly heap: { at: number; order: number; event: Event }[] = [];
  private scheduled = 0;

  get size(): number {
    return this.heap.length;
  }

  /** Milliseconds of the earliest event, or null where nothing is left. */
  get nextAt(): number | null {
    return this.heap[0]?.at ?? null;
  }

  /** @param at - virtual milliseconds since the epoch. */
  schedule(at: number, event: Event): void {
    const heap = this.heap;
    const entry = { at, order: this.scheduled++, event };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as (typeof heap)[number];
      if (!before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Takes the earliest event out, or gives null where nothing is left. */
  next(): { readonly at: number; readonly event: Event } | null {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as typeof right)) child++;
      const below = heap[child] as (typeof heap)[number];
      if (!before(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function before(left: { at: number; order: number }, right: { at: number; order: number }): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
