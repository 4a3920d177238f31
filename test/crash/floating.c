// Sets the floating-point state of the thread that loads it, as what gcc links in for -ffast-math does
// (crtfastm.o).
__attribute__((constructor)) static void set(void) {
#if defined(__x86_64__)
  unsigned state = STATE;
  __asm__ __volatile__("ldmxcsr %0" : : "m"(state));
#elif defined(__aarch64__)
  unsigned long state = STATE;
  __asm__ __volatile__("msr fpcr, %0" : : "r"(state));
#endif
}
