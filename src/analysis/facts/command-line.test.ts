import { describe, expect, it } from 'vitest';
import { languageOf } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { readsCommandLine } from './command-line.ts';
import { importsOf } from './imports.ts';

const reads = (file: string, text: string) => {
  const { language, lexis } = languageOf(file)!;
  const tokens = tokenize(text, lexis);
  return readsCommandLine(language, tokens, importsOf(language, tokens));
};

describe('a program that reads its command line', () => {
  it.each([
    ['a.py', 'import argparse\nargparse.ArgumentParser()'], ['a.py', 'import sys\nprint(sys.argv[1])'], ['a.go', 'package main\nimport "os"\nfunc main() { run(os.Args[1:]) }'], ['a.go', 'package main\nimport "flag"\nfunc main() { flag.Parse() }'],
    ['a.rs', 'use clap::Parser;'], ['a.rs', 'fn main() { for a in std::env::args() {} }'], ['a.js', 'run(process.argv.slice(2))'], ['a.ts', "import { Command } from 'commander';"],
    ['A.java', 'import java.util.Scanner;\nclass A { Scanner in = new Scanner(System.in); }'], ['a.rb', "require 'optparse'"], ['a.php', '<?php\n$options = getopt("v");'], ['A.cs', 'var name = Console.ReadLine();'], ['a.cpp', '#include <getopt.h>'],
  ])('%s: %s', (file, text) => {
    expect(reads(file, text)).toBe(true);
  });

  it.each([['a.py', 'import os\nprint(os.environ["X"])'], ['a.go', 'package main\nfunc main() { run() }'], ['a.js', 'console.log(process.env.X)'], ['a.sql', 'select 1']])('is not %s: %s', (file, text) => {
    expect(languageOf(file) ? reads(file, text) : false).toBe(false);
  });
});
