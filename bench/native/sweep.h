// A pass over so many arrays that are read and so many that are written back, and over one
// that is not read where that is not null. Included inside the target
// region and the anonymous namespace of one instruction set, after the number of its `bytes`.

template <class Lane>
struct Vector {
  typedef Lane type __attribute__((vector_size(bytes), aligned(alignof(Lane)), may_alias));
};

template <class Lane, int read, int written>
void sweep(std::size_t n, const Lane* const* sources, Lane* const* arrays, Lane* over) noexcept {
  using V = typename Vector<Lane>::type;
  constexpr std::size_t lanes = bytes / sizeof(Lane);
  // Copies, for the compiler to know that they stay.
  const Lane* s[read + 1] = {};
  Lane* a[written + 1] = {};
  for (int k = 0; k < read; k++) s[k] = sources[k];
  for (int k = 0; k < written; k++) a[k] = arrays[k];
  V sum = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    V x = {};
    if (read == 0) x += static_cast<Lane>(1);
    for (int k = 0; k < read; k++) x += *reinterpret_cast<const V*>(s[k] + i);
    if (written == 0) sum += x;
    for (int k = 0; k < written; k++) *reinterpret_cast<V*>(a[k] + i) += x;
    if (over != nullptr) *reinterpret_cast<V*>(over + i) = x;
  }
  for (; i < n; i++) {
    Lane x = read == 0 ? 1 : 0;
    for (int k = 0; k < read; k++) x += s[k][i];
    sum[0] += x;
    for (int k = 0; k < written; k++) a[k][i] += x;
    if (over != nullptr) over[i] = x;
  }
  // What is read is read for something.
  asm volatile("" : : "m"(sum));
}

template <class Lane, int read>
Sweep<Lane> reading(int written) {
  constexpr Sweep<Lane> sweeps[] = {sweep<Lane, read, 0>, sweep<Lane, read, 1>, sweep<Lane, read, 2>,
                                    sweep<Lane, read, 3>, sweep<Lane, read, 4>, sweep<Lane, read, 5>,
                                    sweep<Lane, read, 6>, sweep<Lane, read, 7>};
  return sweeps[written];
}

template <class Lane>
Sweep<Lane> sweepOf(int read, int written) {
  constexpr Sweep<Lane> (*all[])(int) = {reading<Lane, 0>, reading<Lane, 1>, reading<Lane, 2>,
                                         reading<Lane, 3>, reading<Lane, 4>};
  return all[read](written);
}
