using BenchmarkDotNet.Running;
using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Table;

if (args is ["--table"])
    await Tables.WriteAsync(Console.Out, Sizes.Full);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
