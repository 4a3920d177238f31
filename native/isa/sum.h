// What kernels add up, in one order whatever the vectors, the threads and the cut: a tensor is blocks of
// elements, element i of a block goes to lane i mod 8, in double, in the order of i; then the lanes are
// folded, 4 and 4, 2 and 2, 1 and 1. What is missing at the end counts as nothing. Included like loop.h.
//
// A kernel's sums are handles, by which `plus` and `most` know where the lanes of their vector are.

struct Lanes {
  static constexpr int vectors = sumLanes / F64::lanes;
  F64 x[vectors];
  bool largest = false;  // whether they are the largest numbers, not sums

  void clear() {
    for (F64& some : x) some = F64::of(0);
  }
};

// A group of vectors fills all lanes, once or more.
template <class V>
constexpr int partsOf = sumLanes > V::lanes ? sumLanes / V::lanes : 1;
template <class V>
constexpr int halvesOf = V::lanes / F64::lanes;

template <int half>
inline F64 widened(F64 a) {
  return a;
}
template <int half>
inline F64 widened(F32 a) {
  return widen<half>(a);
}

// The lanes of a whole vector, in registers: it is the vector of this number in its group.
template <class V, int part>
struct Whole {
  Lanes& lanes;
};

template <class V, int part, std::size_t... half>
inline void addHalves(Whole<V, part> sum, V a, V b, std::index_sequence<half...>) {
  ((sum.lanes.x[(part * halvesOf<V> + half) % Lanes::vectors] = add(
        sum.lanes.x[(part * halvesOf<V> + half) % Lanes::vectors], mul(widened<half>(a), widened<half>(b)))),
   ...);
}
template <class V, int part>
inline void plus(Whole<V, part> sum, V a, V b) {
  addHalves(sum, a, b, std::make_index_sequence<halvesOf<V>>());
}

template <class V, int part, std::size_t... half>
inline void liftHalves(Whole<V, part> sum, V a, std::index_sequence<half...>) {
  ((sum.lanes.x[(part * halvesOf<V> + half) % Lanes::vectors] =
        max(widened<half>(a), sum.lanes.x[(part * halvesOf<V> + half) % Lanes::vectors])),
   ...);
}
template <class V, int part>
inline void most(Whole<V, part> sum, V a) {
  sum.lanes.largest = true;
  liftHalves(sum, a, std::make_index_sequence<halvesOf<V>>());
}

// The lanes of a vector's first `count` elements, in memory, from that of the first one on.
template <class V>
struct First {
  double* lanes;
  std::size_t count;
  Lanes& of;
};

// Changes the lanes of a half, where it has elements.
template <class Change>
inline void changeHalf(double* lanes, std::size_t first, std::size_t count, Change change) {
  if (first >= count) return;
  double* const at = lanes + first % sumLanes;
  if (count - first >= F64::lanes)
    change(F64::load(at)).store(at);
  else
    change(F64::load(at, count - first)).store(at, count - first);
}

struct Added {
  F64 a, b;
  F64 operator()(F64 lanes) const { return add(lanes, mul(a, b)); }
};
template <class V, std::size_t... half>
inline void addHalves(First<V> sum, V a, V b, std::index_sequence<half...>) {
  (changeHalf(sum.lanes, half * F64::lanes, sum.count, Added{widened<half>(a), widened<half>(b)}), ...);
}
template <class V>
inline void plus(First<V> sum, V a, V b) {
  addHalves(sum, a, b, std::make_index_sequence<halvesOf<V>>());
}

struct Lifted {
  F64 a;
  F64 operator()(F64 lanes) const { return max(a, lanes); }
};
template <class V, std::size_t... half>
inline void liftHalves(First<V> sum, V a, std::index_sequence<half...>) {
  (changeHalf(sum.lanes, half * F64::lanes, sum.count, Lifted{widened<half>(a)}), ...);
}
template <class V>
inline void most(First<V> sum, V a) {
  sum.of.largest = true;
  liftHalves(sum, a, std::make_index_sequence<halvesOf<V>>());
}

// The numbers of a row's columns, from that of the vector's first element on: a double a column, to which
// each row adds its own, one row after the other.
template <class V, class Count>
struct Column {
  double* at;
  Count count;
};

template <class V, class Count, class Change>
inline void changeColumns(const Column<V, Count>& sum, std::size_t first, Change change) {
  double* const at = sum.at + first;
  if constexpr (Count::whole) {
    change(F64::load(at)).store(at);
  } else {
    changeHalf(at, 0, sum.count.count < first ? 0 : sum.count.count - first, change);
  }
}
template <class V, class Count, std::size_t... half>
inline void addHalves(const Column<V, Count>& sum, V a, V b, std::index_sequence<half...>) {
  (changeColumns(sum, half * F64::lanes, Added{widened<half>(a), widened<half>(b)}), ...);
}
template <class V, class Count>
inline void plus(const Column<V, Count>& sum, V a, V b) {
  addHalves(sum, a, b, std::make_index_sequence<halvesOf<V>>());
}
template <class V, class Count, std::size_t... half>
inline void liftHalves(const Column<V, Count>& sum, V a, std::index_sequence<half...>) {
  (changeColumns(sum, half * F64::lanes, Lifted{widened<half>(a)}), ...);
}
template <class V, class Count>
inline void most(const Column<V, Count>& sum, V a) {
  liftHalves(sum, a, std::make_index_sequence<halvesOf<V>>());
}
