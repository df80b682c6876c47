import { describe, expect, it } from 'vitest';
import { planOf, type Files } from '../fixture.ts';
import { parametersOf, videoMemory } from './model-size.ts';

const GB = 2 ** 30;
const service = async (files: Files) => (await planOf(files)).services[0]!;

describe('training', () => {
  it('is told from its loop, with model, data, checkpoints, and where runs are recorded', async () => {
    const { kind, ml, gpu, evidence } = await service({
      'requirements.txt': 'torch==2.3.0+cu121\ntorchvision\ntensorboard\n',
      'train.py': `import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter
from torchvision import datasets
hidden = 512
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(28 * 28, hidden), nn.ReLU(), nn.Linear(hidden, 10))
device = 'cuda' if torch.cuda.is_available() else 'cpu'
model = Net().to(device)
data = datasets.MNIST('.', download=True)
optimizer = torch.optim.Adam(model.parameters())
writer = SummaryWriter()
for epoch in range(10):
    for x, y in data:
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    torch.save(model.state_dict(), 'checkpoints/mnist.pt')
`,
    });
    expect(kind).toBe('ml-training');
    expect(ml).toEqual({
      frameworks: ['pytorch'], phase: 'training', cuda: '12.1', model: { name: null, parameters: 784 * 512 + 512 + 5120 + 10 }, dataset: { name: 'MNIST', bytes: 55e6 },
      checkpoints: ['checkpoints/mnist.pt'], distributed: false, tracking: ['tensorboard'],
    });
    expect(gpu).toMatchObject({ needed: true, memory: 0.5 * GB });
    expect(evidence).toContainEqual({ file: 'requirements.txt', line: 1, why: 'gpu: CUDA 12.1' });
  });

  it('of adapters over a large language model needs memory for its weights in the bits that are said, and may be distributed', async () => {
    const { kind, ml, gpu } = await service({
      'requirements.txt': 'transformers\npeft\nbitsandbytes\naccelerate\nwandb\n',
      'finetune.py': `import wandb
from accelerate import Accelerator
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer, TrainingArguments
model = AutoModelForCausalLM.from_pretrained('meta-llama/Llama-2-7b-hf', quantization_config=BitsAndBytesConfig(load_in_4bit=True))
model = get_peft_model(model, LoraConfig(r=8))
accelerator = Accelerator()
trainer = Trainer(model=model, args=TrainingArguments(output_dir='out', bf16=True), train_dataset=load_dataset('imdb'))
trainer.train()
model.save_pretrained('out/model')
`,
    });
    expect(kind).toBe('ml-training');
    expect(ml).toMatchObject({ phase: 'training', model: { name: 'meta-llama/llama-2-7b-hf', parameters: 7e9 }, dataset: { name: 'imdb' }, distributed: true, tracking: ['wandb'] });
    expect(gpu).toMatchObject({ needed: true, memory: Math.round(7e9 * 0.5 * 1.5) });
  });

  it('with trees and lines needs no GPU', async () => {
    const { kind, ml, gpu } = await service({ 'requirements.txt': 'scikit-learn\npandas\n', 'train.py': "import pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\nimport joblib\ndf = pd.read_csv('data.csv')\nmodel = RandomForestClassifier().fit(df, df)\njoblib.dump(model, 'model.joblib')\n", 'data.csv': 'a,b\n1,2\n' });
    expect([kind, gpu]).toEqual(['ml-training', { needed: false, memory: null, memoryRange: null }]);
    expect(ml).toMatchObject({ frameworks: ['scikit-learn'], dataset: { name: 'data.csv', bytes: 8 }, checkpoints: ['model.joblib'] });
  });
});

describe('inference', () => {
  it('is a service that answers with a model', async () => {
    const { kind, ml, gpu } = await service({
      'requirements.txt': 'fastapi\nuvicorn\ntransformers\ntorch\n',
      'main.py': "from fastapi import FastAPI\nfrom transformers import pipeline\napp = FastAPI()\nsentiment = pipeline('sentiment-analysis', model='distilbert-base-uncased-finetuned-sst-2-english')\n@app.post('/predict')\ndef predict(text: str):\n    return sentiment(text)\n",
    });
    expect(kind).toBe('ml-inference');
    expect(ml).toMatchObject({ phase: 'inference', model: { parameters: 66e6 } });
    expect(gpu.needed).toBe(false);
  });

  it('with a large model, or code that asks for the device without a doubt, needs a GPU', async () => {
    const app = (lines: string) => service({ 'requirements.txt': 'fastapi\nuvicorn\ndiffusers\ntorch\n', 'main.py': `from fastapi import FastAPI\nimport torch\nfrom diffusers import StableDiffusionPipeline\napp = FastAPI()\n${lines}\n@app.get('/')\ndef draw(): return pipe('a house')\n` });
    const drawn = await app("pipe = StableDiffusionPipeline.from_pretrained('runwayml/stable-diffusion-v1-5', torch_dtype=torch.float16).to('cuda')");
    expect(drawn.gpu).toMatchObject({ needed: true, memory: Math.round(1066e6 * 2 * 1.2) });
  });

  it('that asks in one file whether there is a GPU needs none, whatever stands in another', async () => {
    const { gpu } = await service({ 'requirements.txt': 'fastapi\nuvicorn\ntorch\nnvidia-cublas-cu12==12.8\ntriton==3.4\n', 'main.py': "from fastapi import FastAPI\nimport torch\nfrom speak import speak\ndevice = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\napp = FastAPI()\n@app.get('/')\ndef run(): return speak(device)\n", 'speak.py': "import torch\ndef speak(device):\n    if device.type == 'cuda':\n        return torch.zeros(1)\n" });
    expect(gpu.needed).toBe(false);
  });

  it('in an example of a package is not what the package needs', async () => {
    const { kind, gpu } = await service({ 'pyproject.toml': '[project]\nname = "x"\n[project.scripts]\nx = "x.cli:main"\n', 'x/__init__.py': '', 'x/cli.py': 'def main():\n    print(1)\n', 'x/examples/lora.py': "import torch\ntorch.optim.Adam(p)\nloss.backward()\nmodel.to('cuda')\n" });
    expect([kind, gpu.needed]).toEqual(['cli', false]);
  });

  it('asks a GPU when a file reserves one', async () => {
    const { gpu, ml } = await service({ 'requirements.txt': 'flask\nonnxruntime\n', 'app.py': "from flask import Flask\nimport onnxruntime\napp = Flask(__name__)\nsession = onnxruntime.InferenceSession('model.onnx')\n@app.route('/')\ndef run(): return 'x'\n", 'Dockerfile': 'FROM nvidia/cuda:12.2.0-runtime-ubuntu22.04\nCOPY . .\nCMD ["python3", "app.py"]\n' });
    expect(gpu.needed).toBe(true);
    expect(ml!.cuda).toBe('12.2');
  });

  it('asks a GPU when a script for a batch system does', async () => {
    const { gpu } = await service({ 'requirements.txt': 'torch\n', 'train.py': 'import torch\nloss.backward()\n', 'train.slurm': '#!/bin/bash\n#SBATCH --gres=gpu:1\nsrun python train.py\n' });
    expect(gpu.needed).toBe(true);
  });

  it('is not what any web app does', async () => {
    const { ml, gpu, kind } = await service({ 'requirements.txt': 'flask\nnumpy\n', 'app.py': "from flask import Flask\nimport numpy\napp = Flask(__name__)\n@app.route('/')\ndef generate(): return 'x'\n" });
    expect([ml, gpu, kind]).toEqual([null, { needed: false, memory: null, memoryRange: null }, 'api']);
  });
});

describe('an image for a GPU', () => {
  it('is enough to need one, whatever the program in it is written in', async () => {
    const { gpu, evidence } = await service({ 'docker/Dockerfile': 'FROM tensorflow/tensorflow:latest-gpu\nCMD ["./run.sh"]\n', 'run.sh': 'exec "$MODEL"\n' });
    expect(gpu).toEqual({ needed: true, memory: null, memoryRange: null });
    expect(evidence).toContainEqual({ file: 'docker/Dockerfile', line: 1, why: 'gpu: an image for a GPU' });
  });
});

describe('the size of a model', () => {
  it.each([['meta-llama/Llama-2-7b-hf', 7e9], ['facebook/opt-350m', 350e6], ['mistralai/Mixtral-8x7B-v0.1', 46.7e9], ['Qwen/Qwen2.5-0.5B-Instruct', 0.5e9], ['bert-base-uncased', 110e6], ['openai/whisper-large-v3', 1550e6], ['resnet50', 26e6], ['some/unknown', null], ['v2-3b-data', 3e9]])('is read from its name: %s', (name, parameters) => {
    expect(parametersOf(name)).toBe(parameters);
  });

  it('leads to the memory that it needs', () => {
    expect(videoMemory({ parameters: 7e9, training: false, bits: 16, adapters: false })).toBe(16.8e9);
    expect(videoMemory({ parameters: 7e9, training: true, bits: 16, adapters: false })).toBe(140e9);
    expect(videoMemory({ parameters: 1e6, training: false, bits: null, adapters: false })).toBe(0.5 * GB);
  });
});
