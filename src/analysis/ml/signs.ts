/** How a framework of machine learning is recognised, and what its presence says. Adding one is an entry here. */
export interface LearningFramework {
  readonly name: string;
  /** First parts of what is imported, and names of packages. */
  readonly modules: readonly string[];
  readonly packages: readonly string[];
  /** Works on a GPU only. */
  readonly gpuOnly?: true;
  /** Multiplies matrices that are too large for a CPU to be of use: training with it wants a GPU. */
  readonly deep?: true;
}

export const learningFrameworks: readonly LearningFramework[] = [
  { name: 'pytorch', modules: ['torch', 'torchvision', 'torchaudio', 'torchtext'], packages: ['torch', 'torchvision', 'torchaudio', 'pytorch'], deep: true },
  { name: 'pytorch-lightning', modules: ['pytorch_lightning', 'lightning', 'lightning_fabric'], packages: ['pytorch-lightning', 'lightning'], deep: true },
  { name: 'tensorflow', modules: ['tensorflow'], packages: ['tensorflow', 'tensorflow-cpu', 'tensorflow-gpu', 'tf-nightly'], deep: true },
  { name: 'keras', modules: ['keras'], packages: ['keras'], deep: true },
  { name: 'jax', modules: ['jax', 'flax', 'haiku', 'optax', 'equinox'], packages: ['jax', 'jaxlib', 'flax', 'dm-haiku', 'equinox'], deep: true },
  { name: 'mxnet', modules: ['mxnet'], packages: ['mxnet', 'mxnet-cu112'], deep: true },
  { name: 'paddle', modules: ['paddle'], packages: ['paddlepaddle', 'paddlepaddle-gpu'], deep: true },
  { name: 'transformers', modules: ['transformers'], packages: ['transformers'], deep: true },
  { name: 'diffusers', modules: ['diffusers'], packages: ['diffusers'], deep: true },
  { name: 'sentence-transformers', modules: ['sentence_transformers'], packages: ['sentence-transformers'], deep: true },
  { name: 'ultralytics', modules: ['ultralytics'], packages: ['ultralytics'], deep: true },
  { name: 'detectron2', modules: ['detectron2'], packages: ['detectron2'], deep: true },
  { name: 'timm', modules: ['timm'], packages: ['timm'], deep: true },
  { name: 'fastai', modules: ['fastai'], packages: ['fastai'], deep: true },
  { name: 'openai-whisper', modules: ['whisper', 'faster_whisper', 'whisperx', 'pywhispercpp', 'vosk', 'sherpa_onnx', 'funasr'], packages: ['openai-whisper', 'faster-whisper', 'whisperx', 'vosk', 'sherpa-onnx', 'funasr'], deep: true },
  { name: 'face-recognition', modules: ['face_recognition', 'insightface', 'deepface', 'facenet_pytorch'], packages: ['face-recognition', 'insightface', 'deepface', 'facenet-pytorch'], deep: true },
  { name: 'inference-engine', modules: ['openvino', 'tflite_runtime', 'ctranslate2', 'hailo_platform', 'ncnn', 'mediapipe'], packages: ['openvino', 'tflite-runtime', 'ctranslate2', 'mediapipe'], deep: true },
  { name: 'easyocr', modules: ['easyocr', 'paddleocr', 'doctr'], packages: ['easyocr', 'paddleocr', 'python-doctr'], deep: true },
  { name: 'vllm', modules: ['vllm'], packages: ['vllm'], gpuOnly: true, deep: true },
  { name: 'deepspeed', modules: ['deepspeed'], packages: ['deepspeed'], gpuOnly: true, deep: true },
  { name: 'bitsandbytes', modules: ['bitsandbytes'], packages: ['bitsandbytes'], gpuOnly: true, deep: true },
  { name: 'flash-attention', modules: ['flash_attn'], packages: ['flash-attn'], gpuOnly: true, deep: true },
  { name: 'tensorrt', modules: ['tensorrt', 'tensorrt_llm', 'torch_tensorrt'], packages: ['tensorrt', 'tensorrt-llm', 'torch-tensorrt'], gpuOnly: true, deep: true },
  { name: 'cupy', modules: ['cupy'], packages: ['cupy', 'cupy-cuda11x', 'cupy-cuda12x', 'cupy-cuda13x'], gpuOnly: true },
  { name: 'rapids', modules: ['cudf', 'cuml', 'cugraph'], packages: ['cudf', 'cudf-cu12', 'cuml', 'cuml-cu12', 'cugraph'], gpuOnly: true },
  { name: 'triton', modules: ['triton'], packages: [], gpuOnly: true, deep: true },
  { name: 'pycuda', modules: ['pycuda'], packages: ['pycuda'], gpuOnly: true },
  { name: 'onnxruntime-gpu', modules: [], packages: ['onnxruntime-gpu'], gpuOnly: true },
  { name: 'onnxruntime', modules: ['onnxruntime'], packages: ['onnxruntime'] },
  { name: 'llama-cpp', modules: ['llama_cpp'], packages: ['llama-cpp-python'] },
  { name: 'scikit-learn', modules: ['sklearn'], packages: ['scikit-learn'] },
  { name: 'xgboost', modules: ['xgboost'], packages: ['xgboost'] },
  { name: 'lightgbm', modules: ['lightgbm'], packages: ['lightgbm'] },
  { name: 'catboost', modules: ['catboost'], packages: ['catboost'] },
  { name: 'spacy', modules: ['spacy'], packages: ['spacy'] },
  { name: 'gensim', modules: ['gensim'], packages: ['gensim'] },
  { name: 'statsmodels', modules: ['statsmodels', 'prophet'], packages: ['statsmodels', 'prophet'] },
];

const modules = new Set(learningFrameworks.flatMap(({ modules }) => modules));

/** Whether what is imported by this name belongs to one of {@link learningFrameworks}. */
export function isLearningModule(name: string): boolean {
  return modules.has(name.split('.', 1)[0]!);
}

/** Where runs are recorded. */
const trackers: Readonly<Record<string, readonly string[]>> = {
  tensorboard: ['tensorboard', 'tensorboardX', 'torch.utils.tensorboard', 'SummaryWriter', 'TensorBoard', 'TensorBoardLogger'],
  mlflow: ['mlflow'], wandb: ['wandb', 'WandbLogger'], comet: ['comet_ml'], neptune: ['neptune'], clearml: ['clearml'], aim: ['aim'], dvclive: ['dvclive'],
};

/** The tracker that a word of code speaks of. */
export const trackerOf: ReadonlyMap<string, string> = new Map(Object.entries(trackers).flatMap(([tracker, words]) => words.map((word) => [word, tracker])));

/** Names by which training on several devices or machines is asked for. */
export const distribution: ReadonlySet<string> = new Set([
  'DistributedDataParallel', 'init_process_group', 'DistributedSampler', 'FullyShardedDataParallel', 'fully_shard', 'torchrun', 'Accelerator', 'deepspeed', 'horovod', 'MirroredStrategy', 'MultiWorkerMirroredStrategy',
  'TPUStrategy', 'ParameterServerStrategy', 'pmap', 'shard_map', 'TorchTrainer', 'ray.train', 'LocalCUDACluster', 'DDPStrategy', 'FSDPStrategy', 'DataParallel',
]);

/** Models that people name, in millions of parameters as their publishers state them. A name with its size in it (`7b`, `350m`) needs no entry. */
export const knownModels: readonly (readonly [pattern: RegExp, millions: number])[] = [
  [/\bbert-large/, 340], [/\bdistil(bert|roberta)/, 66], [/\b(xlm-)?roberta-large/, 355], [/\bxlm-roberta-base/, 278], [/\broberta-base/, 125], [/\balbert-base/, 12], [/\bdeberta-v3-large/, 434], [/\bdeberta-v3-base/, 184], [/\belectra-small/, 14], [/\belectra-base/, 110], [/\bbert-base|\bbert-.*-base/, 110],
  [/\bgpt2-xl/, 1558], [/\bgpt2-large/, 774], [/\bgpt2-medium/, 355], [/\bdistilgpt2/, 82], [/\bgpt2\b/, 124], [/\bgpt-?neox-20b/, 20_000], [/\bbloomz?$/, 176_000],
  [/\b(flan-)?t5-xxl/, 11_000], [/\b(flan-)?t5-xl/, 3000], [/\b(flan-)?t5-large/, 770], [/\b(flan-)?t5-base/, 220], [/\b(flan-)?t5-small/, 60], [/\bbart-large/, 406], [/\bbart-base/, 139], [/\bpegasus/, 568], [/\bm2m100_418/, 418], [/\bopus-mt/, 74],
  [/\bwhisper-large|\blarge-v[23]\b/, 1550], [/\bwhisper-medium/, 769], [/\bwhisper-small/, 244], [/\bwhisper-base/, 74], [/\bwhisper-tiny/, 39], [/\bwav2vec2-large/, 317], [/\bwav2vec2-base/, 95],
  [/\bstable-diffusion-xl|\bsdxl/, 3500], [/\bstable-diffusion-3/, 2000], [/\bstable-diffusion/, 1066], [/\bflux\.1|\bflux1?-/, 12_000], [/\bcontrolnet/, 361],
  [/\bclip-vit-large/, 428], [/\bclip-vit-base|\bvit-b-?\/?32/, 151], [/\bblip2?-.*large|\bblip-image-captioning-large/, 470], [/\bblip-/, 247], [/\bvit[-_]large|\bvit_l_/, 304], [/\bvit[-_]base|\bvit_b_/, 86], [/\bsam_vit_h/, 641], [/\bsam_vit_l/, 312], [/\bsam_vit_b/, 94], [/\bdino-?v2-large/, 304],
  [/\bresnet152/, 60], [/\bresnet101/, 45], [/\bresnet50/, 26], [/\bresnet34/, 22], [/\bresnet18/, 12], [/\bvgg19/, 144], [/\bvgg16/, 138], [/\balexnet/, 61], [/\bdensenet121/, 8], [/\binception_?v3/, 27], [/\bmobilenet_?v[23]/, 4], [/\befficientnet[-_]?b0/, 5], [/\befficientnet[-_]?b7/, 66], [/\bconvnext_base/, 89], [/\bunet/, 31],
  [/\byolov?\d+n\b/, 3], [/\byolov?\d+s\b/, 11], [/\byolov?\d+m\b/, 26], [/\byolov?\d+l\b/, 44], [/\byolov?\d+x\b/, 68],
  [/\ball-minilm-l6/, 23], [/\ball-minilm-l12/, 33], [/\ball-mpnet-base/, 110], [/\bbge-large/, 335], [/\bbge-base/, 110], [/\bbge-small/, 33], [/\bbge-m3/, 568], [/\be5-large/, 335], [/\be5-base/, 110], [/\bgte-large/, 335],
  [/\bmixtral-8x22b/, 141_000], [/\bmixtral/, 46_700], [/\bphi-?2\b/, 2780], [/\bphi-3-mini/, 3800], [/\bzephyr|\bmistral\b/, 7200],
];

/** Collections of examples that libraries bring by name, in bytes on disk. */
export const knownDatasets: readonly (readonly [pattern: RegExp, bytes: number])[] = [
  [/^(fashion_?)?mnist$|^emnist$|^kmnist$/i, 55e6], [/^cifar_?100?$/i, 178e6], [/^svhn$/i, 1.5e9], [/^stl_?10$/i, 2.6e9], [/^imagenet|^ilsvrc/i, 150e9], [/^coco|^cococaptions|^cocodetection/i, 25e9], [/^voc(detection|segmentation)?$/i, 2e9],
  [/^celeba$/i, 1.4e9], [/^food_?101$/i, 5e9], [/^oxford_?iiit_?pet|^flowers_?102$/i, 8e8], [/^imdb$/i, 84e6], [/^squad(_v2)?$/i, 35e6], [/^glue$/i, 1e9], [/^ag_news$/i, 31e6], [/^wikitext/i, 5e8], [/^wikipedia$/i, 20e9], [/^c4$|^allenai\/c4$/i, 305e9],
  [/^openwebtext$/i, 38e9], [/^librispeech/i, 60e9], [/^common_?voice|^mozilla-foundation\/common_voice/i, 70e9], [/^cnn_dailymail$/i, 1.3e9], [/^wmt1\d$/i, 2e9], [/^tiny_?shakespeare$/i, 1.1e6], [/^(load_)?(iris|wine|breast_cancer|digits|diabetes|boston|california_housing)$/i, 1e6], [/^movielens|^ml-100k$/i, 5e6],
  [/^tatsu-lab\/alpaca$|^alpaca/i, 46e6], [/^databricks\/.*dolly/i, 13e6], [/^openassistant\/oasst1$/i, 4e7],
];
