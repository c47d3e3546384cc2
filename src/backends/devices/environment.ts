/**
 * Environment variables that libraries behind several backends read and that can change what is measured: names, or
 * `PREFIX_*`. Those that only name folders, such as `CUDA_HOME`, are not among them.
 */

/** CUDA's driver and runtime, cuBLAS and cuDNN. */
export const nvidiaVariables: readonly string[] = [
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'CUDA_LAUNCH_BLOCKING',
  'CUDA_MODULE_LOADING',
  'CUDA_MODULE_DATA_LOADING',
  'CUDA_DEVICE_MAX_CONNECTIONS',
  'CUDA_DEVICE_MAX_COPY_CONNECTIONS',
  'CUDA_SCALE_LAUNCH_QUEUES',
  'CUDA_AUTO_BOOST',
  'CUDA_FORCE_JIT',
  'CUDA_FORCE_PTX_JIT',
  'CUDA_DISABLE_JIT',
  'CUDA_DISABLE_PTX_JIT',
  'CUDA_CACHE_*',
  'CUDA_MPS_*',
  'NVIDIA_TF32_OVERRIDE',
  'CUBLAS_*',
  'CUBLASLT_*',
  'CUDNN_*',
];

/** The loader that finds Vulkan's drivers. */
export const vulkanVariables: readonly string[] = [
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'VK_ADD_DRIVER_FILES',
  'VK_INSTANCE_LAYERS',
  'VK_LOADER_*',
];

/** OpenMP of GNU and of Intel, and the libraries for linear algebra that take their threads from there. */
export const openMpVariables: readonly string[] = ['OMP_*', 'GOMP_*', 'KMP_*', 'MKL_*', 'OPENBLAS_*'];
