import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { codeIn } from './codebase.ts';
import { reachableFrom } from './reach.ts';

const reached = (files: Files, entry: string) => withFiles(files, (directory) => reachableFrom(entry, codeIn(openTree(directory), '.', [])).map(({ path }) => path));

describe('the code that an entry reaches', () => {
  it('is what JavaScript imports by relative paths, whatever the ending, the likeliest first', async () => {
    const files = { 'main.js': "import './a';\nimport './lib';\nimport './c.js';\nimport 'express';", 'a.js': '', 'a.ts': '', 'lib/index.ts': "import '../main.js';", 'c.ts': '', 'd.js': '' };
    expect(await reached(files, 'main.js')).toEqual(['main.js', 'a.ts', 'a.js', 'lib/index.ts', 'c.ts']);
  });

  it('is what Python imports, from beside the file, the program or the root, as a module or a name in one', async () => {
    const files = { 'app/main.py': 'from shop.orders import all\nfrom . import util\nimport os', 'app/shop/orders.py': 'from .. import top\nfrom .stock.shelf import Shelf', 'app/shop/__init__.py': '', 'app/shop/stock.py': '', 'app/__init__.py': '', 'app/util.py': '' };
    expect(await reached(files, 'app/main.py')).toEqual(['app/main.py', 'app/shop/orders.py', 'app/shop/__init__.py', 'app/__init__.py', 'app/util.py', 'app/shop/stock.py']);
  });

  it('is what a package of Python imports by its own name, wherever in the tree that is', async () => {
    const files = { 'services/shop/shop/main.py': 'from shop.app import make', 'services/shop/shop/app.py': '', 'app.py': '' };
    expect(await reached(files, 'services/shop/shop/main.py')).toEqual(['services/shop/shop/main.py', 'services/shop/shop/app.py']);
  });

  it('is, of packages of Go that are imported, the files that declare what is spoken of, and those with an init', async () => {
    const files = {
      'go.mod': 'module example.com/shop', 'cmd/a/main.go': 'package main\nimport "example.com/shop/lib"\nfunc main() { lib.One() }', 'cmd/a/own.go': 'package main\nfunc own() {}',
      'lib/one.go': 'package lib\nfunc One() { two() }', 'lib/two.go': 'package lib\nfunc two() {}', 'lib/three.go': 'package lib\nfunc Three() {}', 'lib/start.go': 'package lib\nfunc init() {}',
    };
    expect(await reached(files, 'cmd/a/main.go')).toEqual(['cmd/a/main.go', 'lib/one.go', 'lib/start.go', 'lib/two.go']);
  });

  it('is all code for a language without relative imports, or an entry that is not there', async () => {
    const files = { 'a.rb': '', 'b.rb': '' };
    expect(await reached(files, 'a.rb')).toEqual(['a.rb', 'b.rb']);
    expect(await reached(files, 'c.js')).toEqual(['a.rb', 'b.rb']);
  });
});
