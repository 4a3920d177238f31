// Mechanic, over any rule: what its base has done to a parameter, times a scale that it finds. First it adds
// up how the gradients go along with the sum of the base's updates before (`MechanicSums`), then it moves the
// parameter from where it began. That sum is found again from where the parameter was, or stored.
template <class V>
struct MechanicSums {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int first = maxSlots - 2;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 4;
  static constexpr int coefficients = 1;
  V inverse;

  template <class Sum>
  void operator()(V& p, V g, V& ref, V& origin, Sum& product, Sum& lean, Sum& gradient, Sum& weight) const {
    const V delta = mul(sub(origin, ref), inverse);
    plus(product, g, delta);
    plus(lean, p, delta);
    plus(gradient, g, g);
    plus(weight, p, p);
  }
};

template <class V>
struct MechanicMove {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int first = maxSlots - 2;
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  static constexpr bool stages = false;
  V inverse, scale;

  void operator()(V& p, V g, V& ref, V& origin) const {
    const V delta = mul(sub(origin, ref), inverse);
    p = add(ref, mul(add(delta, sub(p, origin)), scale));
  }
};

template <class V>
struct MechanicStoredSums {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 3;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 4;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, V& delta, Sum& product, Sum& lean, Sum& gradient, Sum& weight) const {
    plus(product, g, delta);
    plus(lean, p, delta);
    plus(gradient, g, g);
    plus(weight, p, p);
  }
};

template <class V>
struct MechanicStoredMove {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool changes[] = {true, false, false};
  static constexpr int first = maxSlots - 3;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V scale;

  void operator()(V& p, V g, V& delta, V& ref, V& origin) const {
    delta = add(delta, sub(p, origin));
    p = add(ref, mul(delta, scale));
  }
};
