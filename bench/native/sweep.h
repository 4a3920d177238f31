// A pass over one gradient and so many arrays that are written back. Included inside the target region and
// the anonymous namespace of one instruction set, after the number of its `bytes`.

template <class Lane>
struct Vector {
  typedef Lane type __attribute__((vector_size(bytes), aligned(alignof(Lane)), may_alias));
};

template <class Lane, int written>
void sweep(std::size_t n, const Lane* g, Lane* const* arrays) noexcept {
  using V = typename Vector<Lane>::type;
  constexpr std::size_t lanes = bytes / sizeof(Lane);
  Lane* a[written];
  for (int k = 0; k < written; k++) a[k] = arrays[k];
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const V x = *reinterpret_cast<const V*>(g + i);
    for (int k = 0; k < written; k++) *reinterpret_cast<V*>(a[k] + i) += x;
  }
  for (; i < n; i++)
    for (int k = 0; k < written; k++) a[k][i] += g[i];
}

template <class Lane>
Sweep<Lane> sweepOf(int written) {
  constexpr Sweep<Lane> sweeps[] = {sweep<Lane, 1>, sweep<Lane, 2>, sweep<Lane, 3>, sweep<Lane, 4>,
                                    sweep<Lane, 5>, sweep<Lane, 6>, sweep<Lane, 7>};
  return sweeps[written - 1];
}
