/** Floating-point operations of the product that stands for the machine's peak. */
export const PEAK_FLOPS = 2 * 1024 ** 3;
