/** Tells a lack of memory from every other error: it is the one that a smaller batch answers. */

/**
 * What a failed allocation says, each provoked on ONNX Runtime 1.30 unless marked. The session is no longer to be
 * trusted then: on the CPU some variables may already hold their next value.
 */
const messages: readonly RegExp[] = [
  /Failed to allocate memory for requested buffer/, // CPU: bfc_arena.cc
  /\bbad_alloc\b|bad allocation/, // C++
  /Array buffer allocation failed|Invalid typed array length/, // JavaScript, before a run
  /exceeds the max (storage )?buffer (size|binding)/i, // WebGPU: one tensor over the device's limit
  /\[Invalid Buffer.*\] is invalid due to a previous error/, // WebGPU: the driver refused a buffer some lines before
  /OUT_OF_(DEVICE|HOST)_MEMORY/, // Vulkan
  /narrowing_error/, // WebGPU: more than 2³² elements
  /CUDA (error|failure) 2\b|CUBLAS_STATUS_ALLOC_FAILED|out of memory/i, // CUDA, not provoked: no such machine at hand
  /E_OUTOFMEMORY|8007000E/i, // DirectML, not provoked
];

export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && messages.some((message) => message.test(error.message));
