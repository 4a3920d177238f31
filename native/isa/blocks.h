// How a kernel with sums goes over a tensor: block by block, each with lanes of its own. Included like
// loop.h.

// A group of vectors from index i on, each with its sums' lanes.
template <class E, int part, std::size_t... K>
inline void addUpPart(const E& element, const Letters<typename E::Rule, typename E::V>& at, std::size_t i,
                      Lanes* lanes, std::index_sequence<K...>) {
  update(element, at, i + part * E::V::lanes, All{}, Whole<typename E::V, part>{lanes[K]}...);
}
template <class E, std::size_t... part>
inline void addUpGroup(const E& element, const Letters<typename E::Rule, typename E::V>& at, std::size_t i,
                       Lanes* lanes, std::index_sequence<part...>) {
  (addUpPart<E, part>(element, at, i, lanes, std::make_index_sequence<sumsOf<typename E::Rule>>()), ...);
}
template <class E, std::size_t... K>
inline void addUpFirst(const E& element, const Letters<typename E::Rule, typename E::V>& at, std::size_t i,
                       std::size_t count, double (*memory)[sumLanes], std::size_t lane, Lanes* lanes,
                       std::index_sequence<K...>) {
  update(element, at, i, Some{count}, First<typename E::V>{memory[K] + lane, count, lanes[K]}...);
}

// Blocks that are added up at a time. A core reads faster in several places than in one, and no addition
// waits for the one before: so a kernel that writes nothing, and computes little, takes as many as half of
// the registers have room for, and no more than eight sums.
template <class R>
constexpr int flightOf() {
  bool writes = moves<R>;
  for (int k = 0; k < slotsOf<R>; k++) writes = writes || Changes<R>::of(k);
  constexpr int room = registers / 2 / (sumsOf<R> * Lanes::vectors);
  constexpr int wanted = 8 / sumsOf<R>;
  return writes || !light<R> || columns<R> || room < 1 ? 1 : room > wanted ? wanted : room;
}

// Whole blocks, as many as there are lists of lanes.
template <class E, std::size_t... block>
inline void addUpBlocks(const E& element, const Letters<typename E::Rule, typename E::V>& at,
                        std::size_t begin, double* sums, std::index_sequence<block...>) {
  using V = typename E::V;
  constexpr int count = sumsOf<typename E::Rule>, parts = partsOf<V>;
  Lanes lanes[sizeof...(block)][count];
  for (auto& some : lanes)
    for (Lanes& one : some) one.clear();
  // The lines that will be needed next, 8 KiB in all: the processor alone reads them too late.
  constexpr std::size_t soon = 8192 / sizeof...(block) / sizeof(typename V::Lane);
  for (std::size_t i = begin; i < begin + blockLength; i += parts * V::lanes) {
    (fetch(at.g + i + block * blockLength + soon), ...);
    (addUpGroup(element, at, i + block * blockLength, lanes[block], std::make_index_sequence<parts>()), ...);
  }
  double memory[sumLanes];
  for (std::size_t b = 0; b < sizeof...(block); b++) {
    for (int k = 0; k < count; k++) {
      for (int v = 0; v < Lanes::vectors; v++) lanes[b][k].x[v].store(memory + v * F64::lanes);
      sums[b * maxSums + k] = folded(memory, lanes[b][k].largest);
    }
  }
}

// One block, which may end early.
template <class E>
inline void addUpBlock(const E& element, const Letters<typename E::Rule, typename E::V>& at,
                       std::size_t begin, std::size_t end, double* sums) {
  using V = typename E::V;
  constexpr int count = sumsOf<typename E::Rule>, parts = partsOf<V>;
  Lanes lanes[count];
  for (Lanes& one : lanes) one.clear();
  std::size_t i = begin;
  for (; i + parts * V::lanes <= end; i += parts * V::lanes)
    addUpGroup(element, at, i, lanes, std::make_index_sequence<parts>());
  double memory[count][sumLanes];
  for (int k = 0; k < count; k++)
    for (int v = 0; v < Lanes::vectors; v++) lanes[k].x[v].store(memory[k] + v * F64::lanes);
  for (std::size_t some; i < end; i += some) {
    some = V::masks && end - i < V::lanes ? end - i : V::masks ? V::lanes - 1 : 1;
    addUpFirst(element, at, i, some, memory, (i - begin) % sumLanes, lanes,
               std::make_index_sequence<count>());
  }
  for (int k = 0; k < count; k++) sums[k] = folded(memory[k], lanes[k].largest);
}

// Has no lead-in: blocks begin where their tensor does.
template <class E>
inline void addUpTensor(const E& element, const Tensor& tensor) {
  const Letters<typename E::Rule, typename E::V> at(tensor);
  constexpr std::size_t flight = flightOf<typename E::Rule>();
  double* sums = tensor.sums;
  std::size_t i = 0;
  if constexpr (flight > 1) {
    for (; tensor.n - i >= flight * blockLength; i += flight * blockLength, sums += flight * maxSums)
      addUpBlocks(element, at, i, sums, std::make_index_sequence<flight>());
  }
  for (; i < tensor.n; i += blockLength, sums += maxSums)
    addUpBlock(element, at, i, tensor.n - i < blockLength ? tensor.n : i + blockLength, sums);
}
