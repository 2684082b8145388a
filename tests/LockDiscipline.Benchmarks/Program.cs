using BenchmarkDotNet.Running;
using LockDiscipline.Benchmarks.Code;
using LockDiscipline.Benchmarks.Model;
using LockDiscipline.Benchmarks.Patch;
using LockDiscipline.Benchmarks.Table;

if (args is ["--table"])
    await Tables.WriteAsync(Console.Out, Sizes.Full);
else if (args is ["--model"])
    ModelTable.Write(Console.Out, pages: 10_000_000, operations: 100_000);
else if (args is ["--model", var pages])
    ModelTable.Write(Console.Out, ulong.Parse(pages, System.Globalization.CultureInfo.InvariantCulture), operations: 100_000);
else if (args is ["--hooks"])
    HookTable.Write(Console.Out);
else if (args is ["--explorer", var preemptions])
    ExplorerTable.Write(Console.Out, int.Parse(preemptions, System.Globalization.CultureInfo.InvariantCulture));
else if (args is ["--patch"])
    PatchTable.Write(Console.Out, lines: 100_000, patches: 20, rounds: 3);
else if (args is ["--patch", var lines, var patches])
    PatchTable.Write(Console.Out, int.Parse(lines, System.Globalization.CultureInfo.InvariantCulture), int.Parse(patches, System.Globalization.CultureInfo.InvariantCulture), rounds: 1);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
