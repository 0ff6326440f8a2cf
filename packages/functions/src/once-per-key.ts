/** Makes something for each key, once in the life of the container. For keys that are few. */
export const oncePerKey = <Made>(make: (key: string) => Made): ((key: string) => Made) => {
  const known = new Map<string, Made>();
  return (key) => {
    const made = known.get(key) ?? make(key);
    known.set(key, made);
    return made;
  };
};
