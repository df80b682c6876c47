import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Tree } from '../tree/tree.ts';

/** Packages that are there for a GPU, of any ecosystem but Python, whose code is read more closely. A package is an entry here. */
const packages = /(^|[:/])(onnxruntime_gpu|tfjs-node-gpu|cudarc|cust|rustacuda|jcuda|cuda-platform|mumax\/3\/cuda|gorgonia\.org\/cu)$|^(Microsoft\.ML\.OnnxRuntime\.Gpu|ManagedCuda[\w.-]*|TorchSharp-cuda[\w.-]*|libtorch-cuda[\w.-]*|LLamaSharp\.Backend\.Cuda\d*|Whisper\.net\.Runtime\.Cuda)$|^gorgonia\.org\/cu\//;
const headers = /^(cuda(_runtime(_api)?|_fp16)?\.h|cublas(_v2|Lt)?\.h|cudnn\.h|NvInfer\.h|nvjpeg\.h|thrust\/.+)$/;
const calls = /^(AppendExecutionProviderCUDA|NewCUDAProviderOptions|(Ort)?SessionOptionsAppendExecutionProvider_(CUDA|Cuda|Tensorrt)|AppendExecutionProvider_(CUDA|Tensorrt)|MakeSessionOptionWithCudaProvider|addCUDA|addTensorrt|cudaMalloc\w*|cudaSetDevice|createInferRuntime)$/;

/** Code that is only built where there is one. */
const isChoice = /^[ \t]*#[ \t]*if[^\n]{0,80}(CUDA|GPU)|cfg!?\(\s*feature\s*=\s*"(cuda|gpu)/m;

/** Where code in a compiled language, or of JavaScript, runs on a GPU and on nothing else. */
export function gpuAsked(tree: Tree, draft: Draft, code: readonly FileFacts[]): Evidence | undefined {
  const [, listed] = [...draft.dependencies].find(([name]) => packages.test(name)) ?? [];
  if (listed) return { ...listed, why: `gpu: ${listed.why}` };
  for (const { path, language, imports, called } of code) {
    if (language === 'python') continue;
    const header = imports.find(({ name }) => headers.test(name));
    const call = [...called].find((name) => calls.test(name));
    if ((header || call !== undefined) && !isChoice.test(tree.text(path) ?? '')) return seen(path, header?.line ?? 1, `gpu: ${header ? `includes ${header.name}` : `calls ${call}`}`);
  }
  return undefined;
}
