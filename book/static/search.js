// Sphinx's search wants every word of the query on one page, and offers the page. A message that is
// pasted has names and paths of its own, so here the entries of the index compete by the words
// they share with the query, rare words counting more, and the best come first, as sections.
if (typeof Search !== "undefined") {
  const wordsOf = (text) => new Set(splitQuery(text.toLowerCase()));
  const offered = 8;
  const leastLikeness = 0.4;
  const sphinxSearch = Search._performSearch;

  Search._performSearch = (query, ...terms) => {
    const { indexentries, alltitles, titles, docnames, filenames } = Search._index;
    const entries = Object.keys(indexentries).map((text) => [text, wordsOf(text)]);
    const count = {};
    for (const [, words] of entries) for (const word of words) count[word] = (count[word] ?? 0) + 1;
    const weight = (words) => [...words].reduce((sum, word) => sum + 1 / count[word], 0);
    const asked = new Set([...wordsOf(query)].filter((word) => word in count));
    const heading = {};
    for (const [title, places] of Object.entries(alltitles))
      for (const [page, id] of places) heading[page + "#" + id] = title;

    const found = new Map(); // the best entry of each section
    for (const [text, words] of entries) {
      const shared = weight([...words].filter((word) => asked.has(word)));
      const likeness = (2 * shared) / (weight(words) + weight(asked));
      if (!(likeness >= leastLikeness)) continue;
      for (const [page, id] of indexentries[text]) {
        const place = page + "#" + id;
        if ((found.get(place)?.[4] ?? 0) >= likeness) continue;
        const title = titles[page] + (heading[place] ? " > " + heading[place] : "");
        const anchor = id ? "#" + id : "";
        found.set(place, [docnames[page], title, anchor, text, likeness, filenames[page], "index"]);
      }
    }
    const best = [...found.values()].sort((one, other) => one[4] - other[4]).slice(-offered);
    const isOffered = (one) => best.some((other) => other[0] === one[0] && other[2] === one[2]);
    const others = sphinxSearch(query, ...terms).filter(
      (one) => one[6] !== "index" && !isOffered(one),
    );
    return [...others, ...best]; // Sphinx shows the last one first
  };
}
