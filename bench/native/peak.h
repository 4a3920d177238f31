// As many multiplications and additions as go: chains of them in registers, none of which waits for another.
// Included like sweep.h.

constexpr int chains = 7;

template <class Lane>
struct Numbers {
  typedef Lane type __attribute__((vector_size(bytes)));
};

template <class Lane, std::size_t... I>
Lane multiplyAndAdd(std::size_t times, Lane factor, Lane term, std::index_sequence<I...>) noexcept {
  using V = typename Numbers<Lane>::type;
  const V by = factor - V{}, more = term - V{};
  V products[] = {(V{} + static_cast<Lane>(I + 1))...}, sums[] = {(V{} + static_cast<Lane>(I))...};
  for (std::size_t i = 0; i < times; i++) ((products[I] *= by, sums[I] += more), ...);
  V all = {};
  for (int k = 0; k < chains; k++) all += products[k] + sums[k];
  Lane one = 0;
  for (std::size_t k = 0; k < bytes / sizeof(Lane); k++) one += all[k];
  return one;
}

template <class Lane>
double peak(std::size_t times, double factor, double term) noexcept {
  const auto one = static_cast<Lane>(factor), other = static_cast<Lane>(term);
  return static_cast<double>(multiplyAndAdd(times, one, other, std::make_index_sequence<chains>()));
}
