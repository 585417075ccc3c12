// Sphinx's search wants every word of the query on one page, and offers the page. A message that is
// pasted has names and paths of its own, so here the entries of the index compete by the words
// they share with the query, rare words counting more, and the best come first, as sections.
// A heading, or an entry of the course's own tables, that is in the query as a whole goes first.
if (typeof Search !== "undefined") {
  const wordsOf = (text) => new Set(splitQuery(text.toLowerCase()));
  const offered = 8;
  const leastLikeness = 0.4;
  const asGoodAsWhole = 0.8;
  const sphinxSearch = Search._performSearch;

  Search._performSearch = (query, ...terms) => {
    const { indexentries, alltitles, titles, docnames, filenames } = Search._index;
    const entries = Object.keys(indexentries).map((text) => [text, wordsOf(text)]);
    const count = new Map();
    for (const [, words] of entries)
      for (const word of words) count.set(word, (count.get(word) ?? 0) + 1);
    const worth = (word) => Math.log(1 + entries.length / count.get(word));
    const weight = (words) => [...words].reduce((sum, word) => sum + worth(word), 0);
    const asked = new Set([...wordsOf(query)].filter((word) => count.has(word)));
    const heading = {};
    for (const [title, places] of Object.entries(alltitles))
      for (const [page, id] of places) heading[page + "#" + id] = title;

    const found = new Map(); // the best entry of each section
    for (const [text, words] of entries) {
      const shared = weight([...words].filter((word) => asked.has(word)));
      const likeness = (2 * shared) / (weight(words) + weight(asked));
      const isWhole = shared >= asGoodAsWhole * weight(words);
      for (const [page, id, isMain] of indexentries[text]) {
        const score = likeness + (isMain && isWhole ? 1 : 0);
        const place = page + "#" + id;
        if (score < Math.max(leastLikeness, found.get(place)?.[4] ?? 0)) continue;
        const title = titles[page] + (heading[place] ? " > " + heading[place] : "");
        const anchor = id ? "#" + id : "";
        found.set(place, [docnames[page], title, anchor, text, score, filenames[page], "index"]);
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
