import { describe, expect, it } from 'vitest';
import { planOf, type Files } from '../fixture.ts';

const service = async (files: Files) => (await planOf(files)).services[0]!;

describe('code that runs on a GPU', () => {
  const go = (setup: string) => ({ 'go.mod': 'module shop\n\ngo 1.22\n\nrequire github.com/yalue/onnxruntime_go v1.11.0\n', 'main.go': `package main\n\nimport (\n\t"net/http"\n\n\tort "github.com/yalue/onnxruntime_go"\n)\n\nfunc main() {\n\t${setup}\n\thttp.ListenAndServe(":8080", nil)\n}\n` });
  const node = (name: string) => ({ 'package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '5', [name]: '4' } }, 'server.js': "const app = require('express')();\napp.get('/predict', (q, r) => r.json({}));\napp.listen(3000);\n" });
  const cpp = (head: string) => ({ 'CMakeLists.txt': 'project(shop)\nadd_executable(shop main.cpp)', 'main.cpp': `${head}int main() { return 0; }\n` });

  it('needs one by the provider that it asks for, the package that it has or the header that it includes', async () => {
    const asked = await service(go('options.AppendExecutionProviderCUDA(cuda)'));
    expect(asked).toMatchObject({ kind: 'ml-inference', gpu: { needed: true } });
    expect(asked.evidence).toContainEqual({ file: 'main.go', line: 1, why: 'gpu: calls AppendExecutionProviderCUDA' });
    expect((await service(node('@tensorflow/tfjs-node-gpu'))).gpu.needed).toBe(true);
    expect((await service(cpp('#include <cuda_runtime.h>\n'))).gpu.needed).toBe(true);
  });

  it('does without where it asks for none, or is built with or without', async () => {
    expect((await service(go('options.SetIntraOpNumThreads(2)'))).gpu.needed).toBe(false);
    expect((await service(node('@tensorflow/tfjs-node'))).gpu.needed).toBe(false);
    expect((await service(cpp('#ifdef USE_CUDA\n#include <cuda_runtime.h>\n#endif\n'))).gpu.needed).toBe(false);
  });
});
