// A block of a product of matrices. Included like loop.h.
//
// Vectors lie along the columns of the result. A tile of it is summed up in registers, one number for each
// element, over a stretch of k; the next stretch goes on with what the one before has left. So every element
// is ((0 + a0 b0) + a1 b1) + ..., whatever the vectors, the tiles, the blocks and the threads. Both factors
// are packed: to lines that a tile reads one after the other. What is missing at the edges is zeros, whose
// sums nobody stores.

template <class V>
struct Tile {
  using Lane = typename V::Lane;
  static constexpr std::size_t vectors = 2;
  // With a vector of products, one of the left factor and those of the right one, this fills the registers.
  static constexpr std::size_t rows = registers == 32 ? 12 : 6;
  static constexpr std::size_t columns = vectors * V::lanes;
  // As much of the right factor as half of a first cache holds.
  static constexpr std::size_t depth = 16384 / (columns * sizeof(Lane));
};

template <class V, std::size_t... I>
inline void addUpTile(const typename V::Lane* left, const typename V::Lane* right, std::size_t depth,
                      typename V::Lane* out, std::size_t stride, bool begins, std::index_sequence<I...>) {
  using T = Tile<V>;
  V sums[] = {begins ? V::of(0) : V::load(out + I / T::vectors * stride + I % T::vectors * V::lanes)...};
  for (const auto* const end = left + depth * T::rows; left < end; left += T::rows, right += T::columns) {
    const V b[] = {V::load(right), V::load(right + V::lanes)};
    ((sums[I] = add(sums[I], mul(V::of(left[I / T::vectors]), b[I % T::vectors]))), ...);
  }
  (sums[I].store(out + I / T::vectors * stride + I % T::vectors * V::lanes), ...);
}

// A tile that lies over the edge, in memory of its own.
template <class V>
inline void addUpEdge(const typename V::Lane* left, const typename V::Lane* right, std::size_t depth,
                      typename V::Lane* out, std::size_t stride, bool begins, std::size_t rows,
                      std::size_t columns) {
  using T = Tile<V>;
  typename V::Lane own[T::rows * T::columns] = {};
  for (std::size_t i = 0; i < rows; i++)
    for (std::size_t j = 0; j < columns && !begins; j++) own[i * T::columns + j] = out[i * stride + j];
  addUpTile<V>(left, right, depth, own, T::columns, begins, std::make_index_sequence<T::rows * T::vectors>());
  for (std::size_t i = 0; i < rows; i++)
    for (std::size_t j = 0; j < columns; j++) out[i * stride + j] = own[i * T::columns + j];
}

// alpha c + beta out, for so many elements.
template <class V>
inline void combine(typename V::Lane* out, const typename V::Lane* c, std::size_t n, V alpha, V beta) {
  const auto one = [&](std::size_t i, auto count) {
    const V sum = count.template load<V>(out + i), other = count.template load<V>(c + i);
    count.store(add(mul(other, alpha), mul(sum, beta)), out + i);
  };
  std::size_t i = 0;
  for (; i + V::lanes <= n; i += V::lanes) one(i, All{});
  for (std::size_t count; i < n; i += count) {
    count = V::masks ? n - i : 1;
    one(i, Some{count});
  }
}

// Not std::min: no function of a shared header is compiled for this instruction set.
constexpr std::size_t least(std::size_t a, std::size_t b) { return a < b ? a : b; }

// What a thread takes at a time. Its part of the left factor stays in a second cache.
constexpr std::size_t blockRows = 96, blockColumns = 512;

// The block whose first element is at this row and column.
template <class V>
void addUpBlock(const Product& product, std::size_t firstRow, std::size_t firstColumn) noexcept {
  using T = Tile<V>;
  using Lane = typename V::Lane;
  static_assert(blockRows % T::rows == 0 && blockColumns % T::columns == 0, "blocks are whole tiles");
  const std::size_t n = product.n, k = product.k;
  const std::size_t lastRow = least(product.m, firstRow + blockRows);
  const std::size_t lastColumn = least(n, firstColumn + blockColumns);
  const auto* const left = static_cast<const Lane*>(product.left);
  const auto* const right = static_cast<const Lane*>(product.right);
  auto* const out = static_cast<Lane*>(product.out);
  for (std::size_t from = 0; from < k; from += T::depth) {
    const std::size_t depth = least(k - from, T::depth);
    for (std::size_t j = firstColumn; j < lastColumn; j += T::columns) {
      for (std::size_t i = firstRow; i < lastRow; i += T::rows) {
        if (product.symmetric && j >= i + T::rows) continue;
        const Lane* const a = left + i * k + from * T::rows;
        const Lane* const b = right + j * k + from * T::columns;
        Lane* const to = out + i * n + j;
        const std::size_t rows = least(lastRow - i, T::rows), columns = least(lastColumn - j, T::columns);
        if (rows == T::rows && columns == T::columns)
          addUpTile<V>(a, b, depth, to, n, from == 0, std::make_index_sequence<T::rows * T::vectors>());
        else
          addUpEdge<V>(a, b, depth, to, n, from == 0, rows, columns);
      }
    }
  }
  if (product.c == nullptr) return;
  const V alpha = V::of(static_cast<Lane>(product.alpha)), beta = V::of(static_cast<Lane>(product.beta));
  for (std::size_t i = firstRow; i < lastRow; i++) {
    const std::size_t last = product.symmetric ? least(lastColumn, i + 1) : lastColumn;
    if (firstColumn >= last) continue;
    const std::size_t at = i * n + firstColumn;
    combine<V>(out + at, static_cast<const Lane*>(product.c) + at, last - firstColumn, alpha, beta);
  }
}

template <class V>
constexpr Products products() {
  return {Tile<V>::rows, Tile<V>::columns, blockRows, blockColumns, addUpBlock<V>};
}
