import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { Token } from '../syntax/lexer.ts';
import { chainBefore, closerOf, isMark } from '../syntax/match.ts';
import { distribution, trackerOf } from './signs.ts';

/** What one file of Python says about machine learning. */
export interface LearningFacts {
  trains: Evidence[];
  infers: Evidence[];
  /** Uses of a GPU without asking whether there is one, and after asking. */
  gpu: Evidence[];
  gpuIfThere: Evidence[];
  /** It asks whether there is one. */
  asks: boolean;
  /** Names of models that are loaded, with where. */
  models: { name: string; at: Evidence }[];
  /** Parameters of layers whose sizes are written out. */
  layers: { parameters: number; at: Evidence }[];
  datasets: { name: string; at: Evidence }[];
  checkpoints: { path: string; at: Evidence }[];
  distributed: Evidence[];
  trackers: Map<string, Evidence>;
  /** Bits a weight takes where the code says so. */
  bits: number | null;
  /** Only small matrices beside the model's are trained (LoRA and its like). */
  adapters: boolean;
}

const loaders = /^(from_pretrained|load_model|SentenceTransformer|pipeline|YOLO|create_model|get_model|LLM|WhisperModel|Llama|hf_hub_download|snapshot_download|load_state_dict_from_url|TransformersForImageClassification|AutoModel\w*)$/;
const trainCalls = /^(fit|fit_generator|train_on_batch|backward|train_epoch|train_one_epoch|train_model|GradientTape|minimize|value_and_grad|fit_one_cycle|fine_tune|cross_val_score|GridSearchCV)$/;
const inferCalls = /^(predict|predict_proba|generate|inference_mode|no_grad|transcribe|encode|InferenceSession|pipeline)$/;
const optimizers = /^((Adam|GradientDescent|RMSProp|Momentum|Adagrad)Optimizer|Adam|AdamW|SGD|RMSprop|Adagrad|Adafactor|Lion|TrainingArguments|Seq2SeqTrainingArguments|SFTTrainer|DPOTrainer|Trainer|Seq2SeqTrainer|LightningModule|DataLoader)$/;
const namedModels = /^(resnet\d+|vgg\d+(_bn)?|densenet\d+|mobilenet_v\d\w*|efficientnet_\w+|vit_[bl]_\d+|convnext_\w+|alexnet|inception_v3|ResNet\d+|VGG\d+|MobileNetV\d|InceptionV3|EfficientNetB\d|DenseNet\d+|swin_\w+|googlenet|squeezenet\w*)$/;
const datasetCalls = /^(load_dataset|CIFAR100?|MNIST|FashionMNIST|EMNIST|KMNIST|SVHN|STL10|ImageNet|CocoDetection|CocoCaptions|VOCDetection|VOCSegmentation|CelebA|Food101|OxfordIIITPet|Flowers102|LIBRISPEECH|load_iris|load_wine|load_digits|load_breast_cancer|load_diabetes|fetch_california_housing|ImageFolder|image_dataset_from_directory|flow_from_directory|read_csv|read_parquet)$/;

/** Reads the tokens of a file. Never throws. */
export function learningFacts(file: string, tokens: readonly Token[]): LearningFacts {
  const asks = tokens.some((token, i) => token.text === 'is_available' && chainBefore(tokens, i).includes('cuda')) || tokens.some(({ text }) => text === 'list_physical_devices');
  const facts: LearningFacts = { trains: [], infers: [], gpu: [], gpuIfThere: [], asks, models: [], layers: [], datasets: [], checkpoints: [], distributed: [], trackers: new Map(), bits: null, adapters: false };
  const at = (token: Token, why: string) => seen(file, token.line, why);
  const numbers = constantsIn(tokens);
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'string') {
      if (/^cuda(:\d+)?$|^\/?gpu:\d+$/.test(token.text)) (asks ? facts.gpuIfThere : facts.gpu).push(at(token, `asks for the device ${token.text}`));
      if (/^(float16|bfloat16|fp16|bf16)$/.test(token.text)) facts.bits ??= 16;
      continue;
    }
    if (token.kind !== 'word') continue;
    const { text } = token;
    const isCall = isMark(tokens[i + 1], '(');
    if (distribution.has(text)) facts.distributed.push(at(token, text));
    const tracker = trackerOf.get(text);
    if (tracker !== undefined) facts.trackers.set(tracker, at(token, text));
    if (/^(load_in_4bit|load_in_8bit)$/.test(text) && tokens[i + 2]?.text === 'True') facts.bits = text === 'load_in_4bit' ? 4 : 8;
    if (/^(float16|bfloat16|half)$/.test(text)) facts.bits ??= 16;
    if (/^(LoraConfig|get_peft_model|PeftModel|prepare_model_for_kbit_training)$/.test(text)) facts.adapters = true;
    if (text === 'accelerator' && /^(gpu|cuda)$/.test(tokens[i + 2]?.text ?? '')) facts.gpu.push(at(token, 'asks for a GPU as accelerator'));
    if ((text === 'gpus' || text === 'num_gpus' || text === 'n_gpu') && isMark(tokens[i + 1], '=') && Number(tokens[i + 2]?.text) > 0) facts.gpu.push(at(token, `${text}=${tokens[i + 2]!.text}`));
    if (!isCall) continue;
    // The library behind it works on a GPU only.
    if (text === 'BitsAndBytesConfig') facts.gpu.push(at(token, 'quantises on a GPU'));
    if (text === 'cuda' && isMark(tokens[i - 1], '.')) {
      if (chainBefore(tokens, i)[0] !== 'torch') (asks ? facts.gpuIfThere : facts.gpu).push(at(token, 'moves tensors to a GPU'));
    }
    if (trainCalls.test(text) && !isFitOfHelper(tokens, i)) facts.trains.push(at(token, `${text}()`));
    if (inferCalls.test(text)) facts.infers.push(at(token, `${text}()`));
    if (optimizers.test(text)) facts.trains.push(...(text === 'DataLoader' ? [] : [at(token, text)]));
    if (loaders.test(text) || namedModels.test(text)) modelIn(tokens, i, facts, at);
    if (datasetCalls.test(text)) facts.datasets.push({ name: /^(load_dataset|read_csv|read_parquet|ImageFolder)$/.test(text) ? (firstString(tokens, i) ?? text) : text.replace(/^(load|fetch)_/, ''), at: at(token, `${text}()`) });
    if (/^(save|save_pretrained|save_model|save_weights|save_checkpoint|ModelCheckpoint|dump)$/.test(text)) {
      const path = stringsIn(tokens, i).find((string) => /\.(pth?|ckpt|h5|keras|pkl|joblib|onnx|safetensors|bin|npz)$|checkpoint|model|weights/i.test(string));
      if (path !== undefined) facts.checkpoints.push({ path, at: at(token, `${text}(${JSON.stringify(path)})`) });
    }
    const parameters = layerSize(text, argumentsOf(tokens, i, numbers));
    if (parameters > 0) facts.layers.push({ parameters, at: at(token, text) });
  }
  return facts;
}

/** `scaler.fit(x)`, `tokenizer.fit_on_texts`: they learn nothing that is served. */
function isFitOfHelper(tokens: readonly Token[], i: number): boolean {
  return tokens[i]!.text === 'fit' && /scaler|encoder|vectorizer|tokenizer|imputer|binarizer|transform/i.test(chainBefore(tokens, i)[0] ?? '');
}

function modelIn(tokens: readonly Token[], i: number, facts: LearningFacts, at: (token: Token, why: string) => Evidence): void {
  const { text } = tokens[i]!;
  if (namedModels.test(text)) return void facts.models.push({ name: text.toLowerCase(), at: at(tokens[i]!, `${text}()`) });
  const given = stringsIn(tokens, i);
  const name = given.find((string) => /[\w.-]+\/[\w.-]+|^[a-z][\w.]*(-[\w.]+)+$|\.(pt|gguf|onnx)$|^(tiny|base|small|medium|large(-v\d)?|turbo|gpt2)$/i.test(string) && !/^(text|image|feature|zero|token|question|automatic|fill|object|audio|video|sentiment)-/.test(string));
  if (name !== undefined) facts.models.push({ name: /^(tiny|base|small|medium|large(-v\d)?|turbo)$/.test(name) ? `whisper-${name}` : name.toLowerCase(), at: at(tokens[i]!, `${text}(${JSON.stringify(name)})`) });
}

/** The tokens of the arguments of the call at `i`, nested ones too. */
function argumentTokens(tokens: readonly Token[], i: number): readonly Token[] {
  return tokens.slice(i + 2, closerOf(tokens, i + 1, 400));
}

function stringsIn(tokens: readonly Token[], i: number): string[] {
  return argumentTokens(tokens, i).flatMap((token) => (token.kind === 'string' ? [token.text] : []));
}

function firstString(tokens: readonly Token[], i: number): string | undefined {
  return tokens[i + 2]?.kind === 'string' ? tokens[i + 2]!.text : undefined;
}

/** `hidden = 512` at any level: the number, unless the name is given several. */
function constantsIn(tokens: readonly Token[]): Map<string, number> {
  const constants = new Map<string, number>();
  for (let i = 1; i + 1 < tokens.length; i++) {
    if (!isMark(tokens[i], '=') || tokens[i - 1]!.kind !== 'word' || tokens[i + 1]!.kind !== 'number') continue;
    const value = Number(tokens[i + 1]!.text.replaceAll('_', ''));
    const { text } = tokens[i - 1]!;
    if (Number.isFinite(value)) constants.set(text, constants.has(text) && constants.get(text) !== value ? NaN : value);
  }
  return constants;
}

/** The arguments as numbers: literals, constants, and products and sums of them; NaN for what is not known. */
function argumentsOf(tokens: readonly Token[], i: number, constants: ReadonlyMap<string, number>): number[] {
  const values: number[] = [];
  let terms: Token[] = [];
  let depth = 0;
  const flush = () => {
    if (terms.length > 0) values.push(valueOf(terms, constants));
    terms = [];
  };
  for (const token of argumentTokens(tokens, i)) {
    if (isMark(token, '(', '[', '{')) depth++;
    if (isMark(token, ')', ']', '}')) depth--;
    if (depth === 0 && isMark(token, ',')) flush();
    else terms.push(token);
  }
  flush();
  return values;
}

function valueOf(terms: readonly Token[], constants: ReadonlyMap<string, number>): number {
  const parts = terms[1] !== undefined && isMark(terms[1], '=') ? terms.slice(2) : isMark(terms[0], '(') ? terms.slice(1, 2) : terms;
  let value = NaN;
  let operator = '';
  for (const part of parts) {
    if (part.kind === 'mark') {
      operator = part.text;
      if (!'*+-.'.includes(operator)) return NaN;
      continue;
    }
    const number = part.kind === 'number' ? Number(part.text.replaceAll('_', '')) : (constants.get(part.text) ?? NaN);
    value = operator === '' || operator === '.' ? number : operator === '*' ? value * number : operator === '+' ? value + number : value - number;
  }
  return value;
}

/** Weights and biases of a layer, by the definitions of PyTorch's and Keras's layers; 0 for what is no layer or whose size is not known. */
function layerSize(name: string, [a = NaN, b = NaN, c = NaN]: readonly number[]): number {
  const size = (() => {
    switch (name) {
      case 'Linear':
        return a * b + b;
      case 'Embedding':
        return a * b;
      case 'Conv1d':
        return a * b * c + b;
      case 'Conv2d':
      case 'ConvTranspose2d':
        return a * b * c * c + b;
      case 'Conv3d':
        return a * b * c ** 3 + b;
      case 'LSTM':
        return 4 * (a * b + b * b + 2 * b) * (c > 0 && c < 100 ? c : 1);
      case 'GRU':
        return 3 * (a * b + b * b + 2 * b) * (c > 0 && c < 100 ? c : 1);
      case 'MultiheadAttention':
        return 4 * a * a + 4 * a;
      case 'TransformerEncoderLayer':
        return 4 * a * a + 2 * a * (c > 0 ? c : 2048) + 9 * a;
      default:
        return 0;
    }
  })();
  return Number.isFinite(size) && size > 0 ? Math.round(size) : 0;
}
