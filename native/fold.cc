// How the lanes of a sum become one number. Here, and not beside the kernels, for what it would add to each.
#include "kernels.h"

namespace lanestep {

double folded(double* lanes, bool largest) noexcept {
  for (int half = sumLanes / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) {
      const double a = lanes[k], b = lanes[k + half];
      lanes[k] = largest ? (a > b ? a : b) : a + b;
    }
  }
  return lanes[0];
}

}  // namespace lanestep
