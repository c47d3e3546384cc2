/** The Python wheels that TensorFlow's library and NVIDIA's come from, and what is taken out of them. Nothing of them is run. */
import type { NativeVariant } from '../../backends/tfjs/install.js';

export interface Wheel {
  /** As pip knows it. */
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** Of the wheel. */
  readonly bytes: number;
  /** Of what is taken out of it. */
  readonly unpackedBytes: number;
  /** Hex, as the registry publishes it. */
  readonly sha256: string;
  /** The entries that are taken. */
  readonly take: RegExp;
}

/** The two libraries, and the headers of the C API that the addon is compiled with. */
const tensorflowEntries =
  /^tensorflow\/(?:libtensorflow_(?:cc|framework)\.so\.2|include\/(?:tensorflow\/c\/|tensorflow\/core\/platform\/ctstring|tsl\/platform\/ctstring|xla\/tsl\/c\/).*\.h)$/;

/** Libraries, without those that TensorFlow does not load; and ptxas with its device library, for kernels compiled here. */
const nvidiaEntries =
  /^nvidia\/(?:cuda_nvcc\/(?:bin\/ptxas|nvvm\/libdevice\/libdevice\.10\.bc)|\w+\/lib\/lib(?!nvblas|checkpoint|nvperf|pcsampling|cufftw|cusolverMg|[\w-]+\.alt\.)[\w-]+\.so[.\d]*)$/;

type Row = readonly [file: string, bytes: number, unpackedBytes: number, sha256: string];

function wheel([file, bytes, unpackedBytes, sha256]: Row, take: RegExp): Wheel {
  const [name = '', version = ''] = file.split('-');
  return { name: name.replaceAll('_', '-'), version, file, bytes, unpackedBytes, sha256, take };
}

/** Any Python's wheel of a release carries the same C library; Apache-2.0. */
const tensorflow: Readonly<Record<NativeVariant, Row>> = {
  cpu: [
    'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    274000871,
    853308936,
    'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  ],
  cuda: [
    'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    572611111,
    1259021080,
    'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  ],
};

/** NVIDIA's for CUDA 12, within the bounds of TensorFlow's extra `and-cuda`; NVIDIA's licences. */
const nvidia: readonly Row[] = [
  [
    'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
    581217458,
    854310592,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ],
  [
    'nvidia_cuda_cupti_cu12-12.8.90-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    10248621,
    7595792,
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  ],
  [
    'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    40546229,
    35417224,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  ],
  [
    'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    89568129,
    113447240,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ],
  [
    'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    3493179,
    741088,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ],
  [
    'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl',
    716538495,
    1162393472,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ],
  [
    'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    200877592,
    291507928,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ],
  [
    'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl',
    68295626,
    166965432,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ],
  [
    'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl',
    338117415,
    302024152,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ],
  [
    'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    366465088,
    486556368,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ],
  [
    'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl',
    351526311,
    473614536,
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
  ],
  [
    'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
    39748338,
    95935344,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ],
];

/** What TensorFlow's library needs beside itself. */
const besides: Readonly<Record<NativeVariant, readonly Row[]>> = { cpu: [], cuda: nvidia };

export function wheelsOf(variant: NativeVariant): readonly Wheel[] {
  const main = wheel(tensorflow[variant], tensorflowEntries);
  return [main, ...besides[variant].map((row) => wheel(row, nvidiaEntries))];
}
