/** PutEvents takes ten entries a call. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;

/** All entries of a PutEvents call together: 256 KB, less room for the names around each text. */
const MAX_BYTES = 240 * 1024;

/** Cuts a list into runs that one PutEvents call takes, in order. What is too big alone goes alone. */
export const chunk = <Item>(items: readonly Item[], textOf: (item: Item) => string): Item[][] => {
  const chunks: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(textOf(item));
    const last = chunks.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      last.push(item);
      bytes += size;
    } else {
      chunks.push([item]);
      bytes = size;
    }
  }
  return chunks;
};
