import { describe, expect, it } from 'vitest';
import { languageOf } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { asksAtTerminal, readsCommandLine } from './command-line.ts';
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

describe('a program that asks at the terminal', () => {
  const asks = (file: string, text: string) => {
    const { language, lexis } = languageOf(file)!;
    return asksAtTerminal(language, tokenize(text, lexis));
  };

  it.each([
    ['a.py', 'name = input("name? ")'], ['a.go', 'package main\nfunc main() { bufio.NewReader(os.Stdin) }'], ['a.rs', 'fn main() { io::stdin().read_line(&mut line); }'], ['A.cs', 'var name = Console.ReadLine();'], ['a.rb', 'name = gets.chomp'], ['a.php', '<?php\n$name = readline("name? ");'],
    ['A.kt', 'fun main() { val name = readln() }'], ['a.cpp', 'int main() { std::cin >> name; }'], ['a.swift', 'let name = readLine()'], ['a.dart', 'void main() { stdin.readLineSync(); }'],
  ])('%s: %s', (file, text) => {
    expect(asks(file, text)).toBe(true);
  });

  it.each([['a.py', 'form.input("name")'], ['a.py', 'import argparse\nargparse.ArgumentParser()'], ['A.cs', 'reader.ReadLine();'], ['a.rb', 'socket.gets'], ['a.swift', 'file.readLine()']])('is not %s: %s', (file, text) => {
    expect(asks(file, text)).toBe(false);
  });
});
